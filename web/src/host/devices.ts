// The browsers that open the vault of an account without a password. Each has a key pair of its own; the vault key lies on the server,
// sealed for each. The first browser makes the vault, each other one is let in by one that opens it, or by the recovery sheet.
import { type Outcome, request } from "../api";
import { codeOf, newPair, openWith, privateKey, sealFor } from "../e2ee/pair";
import { Vault, type Written } from "../e2ee/vault";
import type { Account, Device, DeviceMade, DeviceVault, NewDevice } from "../protocol";
import { type OwnDevice, keepDevice, keptDevice } from "./keyring";
import { lookAtSheet } from "./sheet";

/** What the vault key is sealed as. */
const ABOUT = "vault key";

/** How this browser stands to the vault. */
export type Standing =
  | { readonly at: "open"; readonly vault: Vault }
  /** The digits are the same on the browser that lets it in. */
  | { readonly at: "waiting"; readonly code: string };

interface Looked {
  readonly devices: readonly Device[];
  /** Which of them is this browser. */
  readonly own: Device | undefined;
}

/** Those of an account, among them the one that keeps this key. */
async function among(kept: OwnDevice | undefined): Promise<Outcome<Looked>> {
  const outcome = await request<Device[]>("GET", "/api/account/devices");
  if (outcome.type !== "done") return outcome;
  return { type: "done", value: { devices: outcome.value, own: outcome.value.find((device) => device.public === kept?.publicText) } };
}

/** Those of an account, and which of them is this one; none where it cannot be read what this browser keeps. */
export async function lookAtDevices(account: Account): Promise<Outcome<Looked>> {
  return among(await keptDevice(account.id).catch(() => undefined));
}

/**
 * Opens the vault, or asks to be let in. Throws where this browser keeps nothing. One tab at a time: two that begin together
 * would each keep a key, and the second in the place of the first.
 */
export function standing(account: Account): Promise<Outcome<Standing>> {
  return navigator.locks.request("incamera:device", () => stand(account));
}

async function stand({ id: account }: Account): Promise<Outcome<Standing>> {
  const kept = await keptDevice(account);
  const looked = await among(kept);
  if (looked.type !== "done") return looked;
  const { devices, own } = looked.value;
  if (kept && own) {
    if (own.vault === undefined) return waiting(kept.publicText);
    const key = await keyBy(kept, own);
    // Sealed for another key: somebody changed it on the way. This browser asks anew.
    if (key !== undefined) return { type: "done", value: { at: "open", vault: await Vault.withKey(key) } };
  }
  const first = devices.every(({ vault }) => vault === undefined);
  const added = await add(account, first ? Vault.newKey() : undefined);
  // Something else opens a vault already: another browser that was quicker, a sheet, a passkey.
  return added.type === "refused" && added.refusal === "outOfPlace" ? add(account, undefined) : added;
}

/** The pair is kept before the server hears of it: an answer that is lost on the way costs nothing then. */
async function add(account: string, key: string | undefined): Promise<Outcome<Standing>> {
  const { publicText, privateBytes } = await newPair();
  await keepDevice(account, { publicText, key: await privateKey(privateBytes) });
  privateBytes.fill(0);
  const body: NewDevice = { public: publicText, ...(key !== undefined && { vault: await sealFor(publicText, ABOUT, key) }) };
  const made = await request<DeviceMade>("POST", "/api/account/devices", body);
  if (made.type !== "done") return made;
  return key === undefined ? waiting(publicText) : { type: "done", value: { at: "open", vault: await Vault.withKey(key) } };
}

async function waiting(publicText: string): Promise<Outcome<Standing>> {
  return { type: "done", value: { at: "waiting", code: await codeOf(publicText) } };
}

function keyBy(own: OwnDevice, { vault }: Device): Promise<string | undefined> {
  if (vault === undefined) return Promise.resolve(undefined);
  return openWith(own.key, own.publicText, ABOUT, vault).catch(() => undefined);
}

/** The vault key as this browser opens it, to seal it for another one. Throws where it does not open it. */
async function ownKey(account: Account): Promise<string> {
  const kept = await keptDevice(account.id);
  const looked = await among(kept);
  const own = looked.type === "done" ? looked.value.own : undefined;
  const key = kept && own && (await keyBy(kept, own));
  if (key === undefined) throw new Error("this browser does not open the vault now");
  return key;
}

/** Writes the vault down for a half as well. Throws where this browser does not open it. */
export async function resealByDevice(account: Account, half: CryptoKey): Promise<Written> {
  return Vault.write(half, await ownKey(account));
}

export async function letIn(account: Account, device: Device): Promise<Outcome<unknown>> {
  return admit(device.id, device.public, await ownKey(account));
}

async function admit(id: string, publicText: string, key: string): Promise<Outcome<unknown>> {
  const body: DeviceVault = { vault: await sealFor(publicText, ABOUT, key) };
  return request("PUT", `/api/account/devices/${id}`, body);
}

/** Lets this browser in by the code on the recovery sheet. */
export async function letInBySheet(account: Account, code: string): Promise<Outcome<unknown>> {
  const sheet = await lookAtSheet(account.login, code);
  if (sheet.type !== "done") return sheet;
  const looked = await lookAtDevices(account);
  if (looked.type !== "done") return looked;
  const { own } = looked.value;
  const { key, vault } = sheet.value;
  return own ? admit(own.id, own.public, await Vault.keyOf(key, vault)) : { type: "unreachable" };
}

export function removeDevice({ id }: Device): Promise<Outcome<unknown>> {
  return request("DELETE", `/api/account/devices/${id}`);
}

/** Gives the vault up, and the links with it. The next browser makes a new one. */
export function giveUp(): Promise<Outcome<unknown>> {
  return request("DELETE", "/api/account/devices/all");
}
