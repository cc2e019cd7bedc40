// A host's rooms. The secret and the tokens of their links are made and opened here; the server has them sealed.
import { type Outcome, request } from "../api";
import { roomHalves } from "../e2ee/stretch";
import type { Purpose, Vault } from "../e2ee/vault";
import { newSecret, newToken, pathOf } from "../link";
import type { NewRoom, NewRoomLink, Plan, Room, RoomChange, RoomLink } from "../protocol";
import { DAY_MS } from "./days";
import { openSealed, secretOf } from "./deputies";

/** A link that leads into a room. */
export interface OwnLink {
  readonly id: string;
  /** Whom it is for, as its host wrote it down; may be empty. */
  readonly label: string;
  /** Absent where somebody else has made it: its token is sealed for them. */
  readonly href: string | undefined;
  readonly once: boolean;
  /** When somebody first entered by it, where it is for one sitting. */
  readonly usedAt: number | undefined;
  readonly expiresAt: number | undefined;
}

/** A room with its links as its host hands them out. */
export interface OwnRoom {
  readonly room: Room;
  /** Of its links. Absent where it was sealed for a vault whose password was forgotten: the room is there, and they are lost. */
  readonly secret: string | undefined;
  readonly links: readonly OwnLink[];
  /** For guests, the first link that is for nobody by name, else the first; absent where none is good. */
  readonly link: string | undefined;
  /** For the host: a path on this server. */
  readonly own: string;
}

export async function fetchRooms(vault: Vault): Promise<Outcome<readonly OwnRoom[]>> {
  const outcome = await request<Room[]>("GET", "/api/rooms");
  if (outcome.type !== "done") return outcome;
  return { type: "done", value: await Promise.all(outcome.value.map((room) => withLinks(room, vault))) };
}

/** Makes a room and its first link. */
export async function createRoom(plan: Plan, vault: Vault): Promise<Outcome<OwnRoom>> {
  const secret = newSecret();
  const body: NewRoom = { plan, secret: await vault.seal("room secret", secret) };
  const made = await request<Room>("POST", "/api/rooms", body);
  if (made.type !== "done") return made;
  const link = await createLink(made.value.meeting, vault);
  if (link.type !== "done") return link;
  return { type: "done", value: await withLinks({ ...made.value, links: [link.value] }, vault) };
}

/** How long a link is good. */
export type Lasting = "room" | "once" | { readonly days: number };
/** Whom a link is for. */
export const MAX_LABEL_CHARS = 60;

export async function createLink(meeting: string, vault: Vault, label = "", lasting: Lasting = "room"): Promise<Outcome<RoomLink>> {
  const token = newToken();
  const body: NewRoomLink = {
    tokenHash: await hashOf(token),
    // Whom it is for is sealed with it.
    sealedToken: await vault.seal("link token", label === "" ? token : `${token} ${label}`),
    ...(lasting === "once" && { once: true }),
    ...(typeof lasting === "object" && { expiresAt: Date.now() + lasting.days * DAY_MS }),
  };
  return request<RoomLink>("POST", `/api/rooms/${meeting}/links`, body);
}

export function revokeLink(meeting: string, link: string): Promise<Outcome<unknown>> {
  return request("DELETE", `/api/rooms/${meeting}/links/${link}`);
}

export function changeRoom(meeting: string, change: RoomChange): Promise<Outcome<Room>> {
  return request<Room>("PATCH", `/api/rooms/${meeting}`, change);
}

/** Sets the password that guests must know, or takes it away. Only what became of it goes to the server. */
export async function setRoomPassword(meeting: string, password: string | undefined): Promise<Outcome<Room>> {
  if (password === undefined) return changeRoom(meeting, { password: { type: "remove" } });
  const { proof } = await roomHalves(password, meeting);
  return changeRoom(meeting, { password: { type: "set", proof } });
}

export function deleteRoom(meeting: string): Promise<Outcome<unknown>> {
  return request("DELETE", `/api/rooms/${meeting}`);
}

export async function withLinks(room: Room, vault: Vault): Promise<OwnRoom> {
  const { meeting } = room;
  const secret = await openedOnce(vault, room.secret, () =>
    room.owner === undefined ? ownText(vault, "room secret", room.secret) : openSealed(vault, secretOf(meeting), room.secret),
  );
  const links: OwnLink[] = [];
  for (const { id, sealedToken, once = false, usedAt, expiresAt, valid } of room.links) {
    if (!valid || secret === undefined) continue;
    const text = (await openedOnce(vault, sealedToken, () => ownText(vault, "link token", sealedToken))) ?? "";
    const [token = ""] = text.split(" ", 1);
    const href = text === "" ? undefined : new URL(pathOf({ meeting, secret, token }), location.href).href;
    links.push({ id, label: text.slice(token.length + 1), href, once, usedAt, expiresAt });
  }
  const readable = links.filter(({ href }) => href !== undefined);
  const link = (readable.find(({ label, once }) => label === "" && !once) ?? readable[0])?.href;
  return { room, secret, links, link, own: pathOf({ meeting, secret }) };
}

/** What lies under our vault key; or, where a program has made it, was sealed for our public key. */
function ownText(vault: Vault, purpose: Purpose, sealed: string): Promise<string | undefined> {
  return vault.read(purpose, sealed).catch(() => openSealed(vault, purpose, sealed));
}

/** What was opened before. The desk is looked at every few seconds, and what is sealed does not change. */
const known = new WeakMap<Vault, Map<string, Promise<string | undefined>>>();

/** Opens each sealed text once. What cannot be opened at the moment is tried again. */
async function openedOnce(vault: Vault, sealed: string, open: () => Promise<string | undefined>): Promise<string | undefined> {
  const values = known.get(vault) ?? new Map<string, Promise<string | undefined>>();
  known.set(vault, values);
  const value = values.get(sealed) ?? open();
  values.set(sealed, value);
  try {
    return await value;
  } catch {
    values.delete(sealed);
    return undefined;
  }
}

async function hashOf(token: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
