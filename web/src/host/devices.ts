// The browsers that open the vault of an account without a password. Each has a key pair of its own; the vault key lies on the server,
// sealed for each. The first browser makes the vault, each other one is let in by one that opens it, or by the recovery sheet.
import { type Outcome, request } from "../api";
import { codeOf, newPair, openWith, privateKey, sealFor } from "../e2ee/pair";
import { sheetHalves } from "../e2ee/stretch";
import { Vault, type Written } from "../e2ee/vault";
import type { Account, Device, DeviceMade, DeviceVault, NewDevice, SheetShown, SheetVault } from "../protocol";
import { type OwnDevice, keepDevice, keptDevice } from "./keyring";

/** What the vault key is sealed as. */
const ABOUT = "vault key";

/** How this browser stands to the vault. */
export type Standing =
  | { readonly at: "open"; readonly vault: Vault }
  /** The digits are the same on the browser that lets it in. */
  | { readonly at: "waiting"; readonly code: string };

export function fetchDevices(): Promise<Outcome<readonly Device[]>> {
  return request<Device[]>("GET", "/api/account/devices");
}

/**
 * Opens the vault, or asks to be let in. Throws where this browser keeps nothing. One tab at a time: two that begin together
 * would each keep a key, and the second in the place of the first.
 */
export function standing(account: Account): Promise<Outcome<Standing>> {
  return navigator.locks.request("incamera:device", () => stand(account));
}

async function stand({ id: account }: Account): Promise<Outcome<Standing>> {
  const own = await keptDevice(account);
  const outcome = await fetchDevices();
  if (outcome.type !== "done") return outcome;
  const known = outcome.value.find(isOwn(own));
  if (own && known) {
    if (known.vault === undefined) return waiting(own.publicText);
    const key = await keyBy(own, known);
    // Sealed for another key: somebody changed it on the way. This browser asks anew.
    if (key !== undefined) return { type: "done", value: { at: "open", vault: await Vault.withKey(key) } };
  }
  const first = outcome.value.every(({ vault }) => vault === undefined);
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

const isOwn = (own: OwnDevice | undefined) => (device: Device) => device.public === own?.publicText;

async function waiting(publicText: string): Promise<Outcome<Standing>> {
  return { type: "done", value: { at: "waiting", code: await codeOf(publicText) } };
}

function keyBy(own: OwnDevice, { vault }: Device): Promise<string | undefined> {
  if (vault === undefined) return Promise.resolve(undefined);
  return openWith(own.key, own.publicText, ABOUT, vault).catch(() => undefined);
}

/** Those of an account, and which of them is this one. */
export async function withOwn(account: Account): Promise<Outcome<{ devices: readonly Device[]; own: Device | undefined }>> {
  const [outcome, own] = await Promise.all([fetchDevices(), keptDevice(account.id).catch(() => undefined)]);
  if (outcome.type !== "done") return outcome;
  return { type: "done", value: { devices: outcome.value, own: outcome.value.find(isOwn(own)) } };
}

/** The vault key as this browser opens it, to seal it for another one. Throws where it does not open it. */
async function ownKey(account: Account): Promise<string> {
  const own = await keptDevice(account.id);
  const outcome = await fetchDevices();
  const known = outcome.type === "done" ? outcome.value.find(isOwn(own)) : undefined;
  const key = own && known && (await keyBy(own, known));
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
  const { proof, key } = await sheetHalves(code);
  const shown: SheetShown = { login: account.login, proof };
  const looked = await request<SheetVault>("POST", "/api/sheets/look", shown);
  if (looked.type !== "done") return looked;
  const known = await withOwn(account);
  if (known.type !== "done") return known;
  const { own } = known.value;
  return own ? admit(own.id, own.public, await Vault.keyOf(key, looked.value.vault)) : { type: "unreachable" };
}

export function removeDevice({ id }: Device): Promise<Outcome<unknown>> {
  return request("DELETE", `/api/account/devices/${id}`);
}

/** Gives the vault up, and the links with it. The next browser makes a new one. */
export function giveUp(): Promise<Outcome<unknown>> {
  return request("DELETE", "/api/account/devices/all");
}
