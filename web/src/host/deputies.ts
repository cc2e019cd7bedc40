// Who leads a room beside its owner. The secret of its links is sealed for them in the owner's browser.
import { type Outcome, request } from "../api";
import { bytesOf, textOf } from "../e2ee/bytes";
import { codeOf, newPair, openWith, privateKey, sealFor } from "../e2ee/pair";
import type { Vault } from "../e2ee/vault";
import type { Host, KeyPair, NewDeputy } from "../protocol";

/** A host's own pair, as this browser uses it. */
export interface Pair {
  readonly publicText: string;
  readonly key: CryptoKey;
}

const pairs = new WeakMap<Vault, Promise<Pair | undefined>>();

/** The pair of this vault, which is made where there is none. Undefined where that is not possible now. */
export function pairOf(vault: Vault): Promise<Pair | undefined> {
  const known = pairs.get(vault) ?? kept(vault).catch(() => undefined);
  pairs.set(vault, known);
  // What failed for the network is tried again.
  void known.then((pair) => pair ?? pairs.delete(vault));
  return known;
}

async function kept(vault: Vault): Promise<Pair | undefined> {
  const outcome = await request<KeyPair>("GET", "/api/account/key");
  if (outcome.type === "done") return opened(vault, outcome.value);
  if (outcome.type !== "refused" || outcome.refusal !== "unknown") return undefined;
  const { publicText, privateBytes } = await newPair();
  const body: KeyPair = { public: publicText, private: await vault.seal("private key", textOf(privateBytes)) };
  privateBytes.fill(0);
  const put = await request("PUT", "/api/account/key", body);
  // Another browser was quicker: its pair is the one.
  if (put.type === "refused" && put.refusal === "outOfPlace") return kept(vault);
  return put.type === "done" ? opened(vault, body) : undefined;
}

async function opened(vault: Vault, pair: KeyPair): Promise<Pair> {
  const bytes = bytesOf(await vault.read("private key", pair.private));
  const key = await privateKey(bytes);
  bytes.fill(0);
  return { publicText: pair.public, key };
}

/**
 * Opens what somebody who knows our public key has sealed for us: the owner of a room, or a program that makes appointments
 * in our name. Undefined where it was not sealed for us; throws where our keys cannot be had at the moment.
 */
export async function openSealed(vault: Vault, about: string, sealed: string): Promise<string | undefined> {
  const pair = await pairOf(vault);
  if (!pair) throw new Error("our keys cannot be had at the moment");
  return openWith(pair.key, pair.publicText, about, sealed).catch(() => undefined);
}

/** What the secret of a room is sealed as for its deputies. */
export const secretOf = (meeting: string) => `room secret/${meeting}`;

/** Someone who may be made a deputy, with the code to compare. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly publicText: string;
  readonly code: string;
}

/** Everyone who has a key. Others have not signed in since there are any. */
export async function candidates(): Promise<Outcome<readonly Candidate[]>> {
  const outcome = await request<Host[]>("GET", "/api/hosts");
  if (outcome.type !== "done") return outcome;
  const list = outcome.value.map(async ({ id, name, public: publicText }) => (publicText === undefined ? [] : [{ id, name, publicText, code: await codeOf(publicText) }]));
  return { type: "done", value: (await Promise.all(list)).flat() };
}

export async function ownCode(vault: Vault): Promise<string | undefined> {
  const pair = await pairOf(vault);
  return pair && codeOf(pair.publicText);
}

export async function makeDeputy(meeting: string, secret: string, { id, publicText }: Candidate): Promise<Outcome<unknown>> {
  const body: NewDeputy = { secret: await sealFor(publicText, secretOf(meeting), secret) };
  return request("PUT", `/api/rooms/${meeting}/deputies/${id}`, body);
}

export function removeDeputy(meeting: string, account: string): Promise<Outcome<unknown>> {
  return request("DELETE", `/api/rooms/${meeting}/deputies/${account}`);
}
