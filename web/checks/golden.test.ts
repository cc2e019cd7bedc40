// The protocol's golden files, read by the Rust crate and here: whatever the server may say, the client has
// an answer to, and whatever the client may say is in the list.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import type {
  Account,
  AccountChange,
  ClientMessage,
  Correction,
  Door,
  Entry,
  EntryRequest,
  Face,
  FaceChange,
  ApiKey,
  ApiKeyMade,
  FaceKept,
  Host,
  NewApiKey,
  KeyPair,
  NewDeputy,
  NewTotp,
  RecoveryCodes,
  Totp,
  Device,
  DeviceMade,
  DeviceVault,
  NewDevice,
  OrganisationLogin,
  OrganisationOffer,
  NewPasskey,
  NewSheet,
  Passkey,
  PasskeyChallenge,
  PasskeyLogin,
  PasskeyOffer,
  PasswordShown,
  Sheet,
  SheetShown,
  SheetVault,
  Instance,
  InvitationLook,
  InvitationMade,
  InvitationRequest,
  InvitationShown,
  Legal,
  Login,
  LoginRequest,
  NewAccount,
  NewConsent,
  NewMeeting,
  NewPassword,
  NewRoom,
  NewRoomLink,
  Notice,
  NoticeRequest,
  NoticeShown,
  Opened,
  Opening,
  PasswordRenewal,
  PasswordReset,
  Plan,
  Problem,
  Receipt,
  ReceiptShown,
  Room,
  RoomChange,
  RoomLink,
  ServerMessage,
  SignedIn,
  Statement,
  Stretch,
  StretchRequest,
} from "../src/protocol";
import { reduce } from "../src/room/reduce";
import { initialRoom } from "../src/room/state";

const folder = join(import.meta.dirname, "../../crates/protocol/golden");
// What lies in the folder below it, the server refuses; no client of ours says such things.
const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".json")) : [];

type Kind = "string" | "number" | "boolean" | "object" | "array";
/** Fields of a message; a question mark ends the name of one that may be absent. */
type Shape = Readonly<Record<string, Kind>>;
type Table<Message extends { type: string }> = Readonly<Record<Message["type"], Shape>>;

// One row for each message. A message that Rust adds is missing here, and the compiler says so.
const server: Table<ServerMessage> = {
  answer: { offer: "number", sdp: "string" },
  admitted: { clockMs: "number", participants: "array", "arrangement?": "object" },
  sentBack: {},
  knocking: { knock: "object" },
  knockEnded: { participant: "string" },
  stopped: { source: "string" },
  arranged: { arrangement: "object" },
  joined: { participant: "object" },
  changed: { participant: "object" },
  left: { participant: "string" },
  slots: { slots: "array" },
  paused: { slots: "array" },
  demand: { source: "string", layers: "array" },
  speaking: { participants: "array" },
  sealed: { from: "string", sealed: "object" },
  refused: { refusal: "string", "about?": "number" },
  closing: { reason: "string" },
  pong: {},
};
const client: Table<ClientMessage> = {
  offer: { offer: "number", sdp: "string", sends: "array", receives: "array", fresh: "boolean" },
  publish: { microphone: "boolean", camera: "boolean", music: "boolean", "screen?": "boolean", layers: "array", "screenLayers?": "array" },
  watch: { tiles: "array" },
  hand: { raised: "boolean" },
  quality: { quality: "string" },
  task: { participant: "string", task: "string", given: "boolean" },
  check: { microphone: "boolean", camera: "boolean" },
  admit: { participants: "array" },
  remove: { participant: "string" },
  sendBack: { participant: "string" },
  stop: { participant: "string", source: "string" },
  lowerHand: { participant: "string" },
  promote: { participant: "string", host: "boolean" },
  rule: { rule: "string", holds: "boolean" },
  timer: { "seconds?": "number" },
  passStick: { "to?": "string" },
  endStick: {},
  openPoll: { poll: "number", options: "number" },
  vote: { poll: "number", option: "number" },
  closePoll: {},
  dropPoll: {},
  split: { groups: "number", placements: "array", choose: "boolean", "seconds?": "number" },
  rejoin: {},
  move: { participant: "string", "group?": "number" },
  call: { wanted: "boolean" },
  end: {},
  seal: { sealed: "object" },
  ping: {},
  leave: {},
};
const opening: Table<Opening> = {
  enter: { version: "number", grant: "string", "name?": "string", "replaces?": "string" },
  resume: { version: "number", token: "string", ack: "number" },
};
const opened: Table<Opened> = {
  entered: { version: "number", you: "string", resume: "string", resumeWithinMs: "number", clockMs: "number", participants: "array", "knocks?": "array", "arrangement?": "object" },
  waiting: { version: "number", you: "string", resume: "string", resumeWithinMs: "number" },
  resumed: { ack: "number" },
  refused: { refusal: "string" },
};
const statement: Table<Statement> = {
  given: {
    meeting: "string",
    address: "string",
    place: "string",
    date: "number",
    name: "string",
    notice: "string",
    language: "string",
    purposes: "object",
    method: "string",
    at: "number",
  },
  corrected: { of: "number", name: "string", at: "number" },
  withdrawn: { of: "number", at: "number" },
};
const tables: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  ServerMessage: server,
  ClientMessage: client,
  Opening: opening,
  Opened: opened,
  Statement: statement,
};

type Optional<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];
/** Every field of a body without a tag; a question mark ends the name of one that may be absent. */
type Body<T> = Readonly<Record<Exclude<keyof T, Optional<T>> | `${Optional<T> & string}?`, Kind>>;
const instance: Body<Instance> = { version: "string", openRooms: "boolean", "organisation?": "string" };
const newMeeting: Body<NewMeeting> = { meeting: "string" };
const entryRequest: Body<EntryRequest> = { meeting: "string", "token?": "string", "proof?": "string", "consent?": "string" };
const door: Body<Door> = {
  "host?": "string",
  "startsAt?": "number",
  "cancelledAt?": "number",
  "minutes?": "number",
  waitingRoom: "boolean",
  cameras: "boolean",
  own: "boolean",
  "name?": "string",
  "face?": "object",
  "legal?": "object",
};
const entry: Body<Entry> = { grant: "string", signal: "string" };
const problem: Body<Problem> = { type: "string", title: "string", status: "number", code: "string" };
const plan: Body<Plan> = {
  title: "string",
  guest: "string",
  place: "string",
  language: "string",
  "occurrences?": "array",
  minutes: "number",
  capacity: "number",
  cameras: "boolean",
  waitingRoom: "boolean",
};
const room: Body<Room> = {
  meeting: "string",
  plan: "object",
  secret: "string",
  "owner?": "string",
  "deputies?": "array",
  "wrongPasswords?": "number",
  hasPassword: "boolean",
  cancelled: "boolean",
  sequence: "number",
  links: "array",
  waiting: "number",
  present: "number",
};
const face: Body<Face> = {
  "name?": "object",
  "logo?": "string",
  "logoDark?": "string",
  "logoAlt?": "object",
  "icon?": "string",
  "colour?": "object",
  "welcome?": "object",
  "greeting?": "object",
  "farewell?": "object",
  "redirect?": "string",
};
const account: Body<Account> = { id: "string", login: "string", name: "string", rank: "string", disabled: "boolean" };
const newPassword: Body<NewPassword> = { salt: "string", rounds: "number", proof: "string", vault: "string" };
/** What lies inside a body, by the name of its field. */
const inside: Readonly<Record<string, Shape>> = { plan, account, face, door: entryRequest };
const ofHosts = {
  StretchRequest: { login: "string" } satisfies Body<StretchRequest>,
  Stretch: { salt: "string", rounds: "number" } satisfies Body<Stretch>,
  LoginRequest: { login: "string", proof: "string", "code?": "string" } satisfies Body<LoginRequest>,
  SignedIn: { account: "object", "vault?": "string", "passkeyVault?": "string" } satisfies Body<SignedIn>,
  InvitationLook: { invitation: "string" } satisfies Body<InvitationLook>,
  InvitationShown: { rank: "string", "login?": "string", sheet: "boolean" } satisfies Body<InvitationShown>,
  NewAccount: { invitation: "string", login: "string", name: "string", password: "object" } satisfies Body<NewAccount>,
  PasswordReset: { "invitation?": "string", "sheet?": "object", "code?": "string", password: "object" } satisfies Body<PasswordReset>,
  PasswordRenewal: { proof: "string", password: "object" } satisfies Body<PasswordRenewal>,
  Login: { id: "string", device: "string", createdAt: "number", usedAt: "number", own: "boolean" } satisfies Body<Login>,
  InvitationRequest: { rank: "string", "account?": "string" } satisfies Body<InvitationRequest>,
  InvitationMade: { invitation: "string", expiresAt: "number" } satisfies Body<InvitationMade>,
  AccountChange: { disabled: "boolean" } satisfies Body<AccountChange>,
  NewRoom: { plan: "object", secret: "string" } satisfies Body<NewRoom>,
  RoomChange: { "plan?": "object", "password?": "object", "cancelled?": "boolean" } satisfies Body<RoomChange>,
  Room: room,
  NewRoomLink: { tokenHash: "string", sealedToken: "string", "expiresAt?": "number", "once?": "boolean" } satisfies Body<NewRoomLink>,
  Face: face,
  Legal: { "imprint?": "object", "privacy?": "object" } satisfies Body<Legal>,
  FaceKept: { draft: "object", own: "object", beneath: "object", allowedHosts: "array" } satisfies Body<FaceKept>,
  NewApiKey: { label: "string", scopes: "array" } satisfies Body<NewApiKey>,
  ApiKeyMade: { key: "string" } satisfies Body<ApiKeyMade>,
  ApiKey: { id: "string", label: "string", scopes: "array", createdAt: "number", "usedAt?": "number" } satisfies Body<ApiKey>,
  KeyPair: { public: "string", private: "string" } satisfies Body<KeyPair>,
  Host: { id: "string", name: "string", "public?": "string" } satisfies Body<Host>,
  NewDeputy: { secret: "string" } satisfies Body<NewDeputy>,
  Totp: { on: "boolean", codes: "number" } satisfies Body<Totp>,
  NewTotp: { proof: "string", secret: "string", code: "string" } satisfies Body<NewTotp>,
  RecoveryCodes: { codes: "array" } satisfies Body<RecoveryCodes>,
  PasswordShown: { "proof?": "string" } satisfies Body<PasswordShown>,
  OrganisationOffer: { url: "string", state: "string", ceremony: "string" } satisfies Body<OrganisationOffer>,
  OrganisationLogin: { ceremony: "string", code: "string" } satisfies Body<OrganisationLogin>,
  Device: { id: "string", device: "string", public: "string", "vault?": "string", createdAt: "number" } satisfies Body<Device>,
  NewDevice: { public: "string", "vault?": "string" } satisfies Body<NewDevice>,
  DeviceMade: { id: "string" } satisfies Body<DeviceMade>,
  DeviceVault: { vault: "string" } satisfies Body<DeviceVault>,
  Sheet: { "madeAt?": "number" } satisfies Body<Sheet>,
  NewSheet: { "proof?": "string", sheet: "string", vault: "string" } satisfies Body<NewSheet>,
  SheetShown: { login: "string", proof: "string" } satisfies Body<SheetShown>,
  SheetVault: { vault: "string" } satisfies Body<SheetVault>,
  Passkey: { id: "string", label: "string", opens: "boolean", createdAt: "number", "usedAt?": "number" } satisfies Body<Passkey>,
  PasskeyOffer: { ceremony: "string", challenge: "string", rp: "string", user: "string", known: "array" } satisfies Body<PasskeyOffer>,
  NewPasskey: {
    ceremony: "string",
    label: "string",
    credential: "string",
    clientData: "string",
    attestation: "string",
    "vault?": "string",
  } satisfies Body<NewPasskey>,
  PasskeyChallenge: { ceremony: "string", challenge: "string", rp: "string" } satisfies Body<PasskeyChallenge>,
  PasskeyLogin: {
    ceremony: "string",
    credential: "string",
    clientData: "string",
    authenticatorData: "string",
    signature: "string",
    user: "string",
  } satisfies Body<PasskeyLogin>,
  FaceChange: { draft: "object", "pictures?": "array" } satisfies Body<FaceChange>,
  RoomLink: { id: "string", sealedToken: "string", "expiresAt?": "number", "once?": "boolean", "usedAt?": "number", valid: "boolean" } satisfies Body<RoomLink>,
};
const bodies: Readonly<Record<string, Shape>> = {
  Instance: instance,
  NewMeeting: newMeeting,
  EntryRequest: entryRequest,
  Entry: entry,
  Door: door,
  Problem: problem,
  Notice: { language: "string", text: "string", asks: "array" } satisfies Body<Notice>,
  NoticeRequest: { door: "object", language: "string" } satisfies Body<NoticeRequest>,
  NoticeShown: { hash: "string", notice: "object" } satisfies Body<NoticeShown>,
  NewConsent: { door: "object", notice: "string", name: "string", purposes: "object" } satisfies Body<NewConsent>,
  Receipt: { token: "string", key: "string", acts: "array" } satisfies Body<Receipt>,
  ReceiptShown: { token: "string" } satisfies Body<ReceiptShown>,
  Correction: { token: "string", name: "string" } satisfies Body<Correction>,
  ...ofHosts,
};

/** A value as JSON has it: an object with fields. */
function fieldsOf(value: unknown): Record<string, unknown> {
  expect(value).toBeTypeOf("object");
  return value as Record<string, unknown>;
}

function expectShape(fields: Record<string, unknown>, shape: Shape): void {
  const known = Object.entries(shape).map(([name, kind]) => ({
    name: name.replace("?", ""),
    optional: name.endsWith("?"),
    kind,
  }));
  for (const { name, optional, kind } of known) {
    const field = fields[name];
    if (field === undefined && optional) continue;
    expect(Array.isArray(field) ? "array" : typeof field, name).toBe(kind);
  }
  expect(Object.keys(fields).filter((name) => !known.some((field) => field.name === name))).toEqual([]);
}

/** A file names the type of its value; a frame carries the message inside. */
function messageIn(type: string, value: unknown): { type: string; value: unknown } {
  const side = /^(Client|Server)Frame$/.exec(type)?.[1];
  if (side === undefined) return { type, value };
  const frame = fieldsOf(value);
  expect(frame["seq"]).toBeTypeOf("number");
  expect(frame["ack"]).toBeTypeOf("number");
  return { type: `${side}Message`, value: frame["message"] };
}

describe.runIf(files.length > 0)("golden files", () => {
  it.each(files)("%s", (file) => {
    const { type, value } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { type: string; value: unknown };
    const message = messageIn(type, value);
    const fields = fieldsOf(message.value);
    const body = bodies[message.type];
    if (body) {
      expectShape(fields, body);
      for (const [name, shape] of Object.entries(inside)) if (typeof fields[name] === "object") expectShape(fieldsOf(fields[name]), shape);
      if (["NewAccount", "PasswordRenewal", "PasswordReset"].includes(message.type)) expectShape(fieldsOf(fields["password"]), newPassword);
      return;
    }
    const { type: tag, ...rest } = fields;
    const shape = tables[message.type]?.[String(tag)];
    expect(shape, `a row for ${message.type} ${String(tag)}`).toBeDefined();
    expectShape(rest, shape ?? {});
    if (message.type === "ServerMessage") {
      const before = reduce(initialRoom, { type: "entered", you: "0".repeat(16), participants: [] });
      expect(() => reduce(before, { type: "message", message: message.value as ServerMessage })).not.toThrow();
    }
  });
});
