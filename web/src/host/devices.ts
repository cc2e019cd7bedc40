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

/** Opens the vault, or asks to be let in. Throws where this browser keeps nothing. */
export async function standing({ id: account }: Account): Promise<Outcome<Standing>> {
  const outcome = await fetchDevices();
  if (outcome.type !== "done") return outcome;
  const own = await keptDevice(account);
  const known = outcome.value.find(({ id }) => id === own?.id);
  if (own && known) {
    const key = await keyBy(own, known);
    if (known.vault === undefined) return waiting(own.publicText);
    // Sealed for another key: somebody changed it on the way. This browser asks anew.
    if (key !== undefined) return { type: "done", value: { at: "open", vault: await Vault.withKey(key) } };
  }
  const first = outcome.value.every(({ vault }) => vault === undefined);
  const added = await add(account, first ? Vault.newKey() : undefined);
  // Another browser was quicker to be the first.
  return added.type === "refused" && added.refusal === "outOfPlace" ? add(account, undefined) : added;
}

async function add(account: string, key: string | undefined): Promise<Outcome<Standing>> {
  const { publicText, privateBytes } = await newPair();
  const own = await privateKey(privateBytes);
  privateBytes.fill(0);
  const body: NewDevice = { public: publicText, ...(key !== undefined && { vault: await sealFor(publicText, ABOUT, key) }) };
  const made = await request<DeviceMade>("POST", "/api/account/devices", body);
  if (made.type !== "done") return made;
  await keepDevice(account, { id: made.value.id, publicText, key: own });
  return key === undefined ? waiting(publicText) : { type: "done", value: { at: "open", vault: await Vault.withKey(key) } };
}

async function waiting(publicText: string): Promise<Outcome<Standing>> {
  return { type: "done", value: { at: "waiting", code: await codeOf(publicText) } };
}

function keyBy(own: OwnDevice, { vault }: Device): Promise<string | undefined> {
  if (vault === undefined) return Promise.resolve(undefined);
  return openWith(own.key, own.publicText, ABOUT, vault).catch(() => undefined);
}

/** The vault key as this browser opens it, to seal it for another one. */
async function ownKey(account: Account): Promise<string | undefined> {
  const [outcome, own] = await Promise.all([fetchDevices(), keptDevice(account.id)]);
  const known = outcome.type === "done" ? outcome.value.find(({ id }) => id === own?.id) : undefined;
  return own && known && keyBy(own, known);
}

/** Writes the vault down for a half as well. Throws where this browser does not open it. */
export async function resealByDevice(account: Account, half: CryptoKey): Promise<Written> {
  const key = await ownKey(account);
  if (key === undefined) throw new Error("this browser does not open the vault");
  return Vault.write(half, key);
}

export async function letIn(account: Account, device: Device): Promise<Outcome<unknown>> {
  const key = await ownKey(account);
  return key === undefined ? { type: "unreachable" } : admit(device.id, device.public, key);
}

async function admit(id: string, publicText: string, key: string): Promise<Outcome<unknown>> {
  const body: DeviceVault = { vault: await sealFor(publicText, ABOUT, key) };
  return request("PUT", `/api/account/devices/${id}`, body);
}

/** Lets this browser in by the code on the recovery sheet. */
export async function letInBySheet(account: Account, code: string): Promise<Outcome<unknown>> {
  const own = await keptDevice(account.id);
  const { proof, key } = await sheetHalves(code);
  const shown: SheetShown = { login: account.login, proof };
  const looked = await request<SheetVault>("POST", "/api/sheets/look", shown);
  if (looked.type !== "done") return looked;
  return own ? admit(own.id, own.publicText, await Vault.keyOf(key, looked.value.vault)) : { type: "unreachable" };
}

export function removeDevice({ id }: Device): Promise<Outcome<unknown>> {
  return request("DELETE", `/api/account/devices/${id}`);
}

/** Gives the vault up, and the links with it. The next browser makes a new one. */
export function giveUp(): Promise<Outcome<unknown>> {
  return request("DELETE", "/api/account/devices/all");
}
