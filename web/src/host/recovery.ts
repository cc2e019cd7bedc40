// The recovery sheet: a code on paper that opens the vault when the password is forgotten. The code is made here and printed; the
// server has what it seals, and the SHA-256 of what proves that somebody has it.
import { type Outcome, request } from "../api";
import { sheetHalves } from "../e2ee/stretch";
import { Vault } from "../e2ee/vault";
import { newToken } from "../link";
import type { NewSheet, PasswordReset, PasswordShown, Sheet, SignedIn } from "../protocol";
import { type Session, newPassword, withPassword, withVault } from "./session";
import { grouped, lookAtSheet } from "./sheet";

export function fetchSheet(): Promise<Outcome<Sheet>> {
  return request<Sheet>("GET", "/api/account/sheet");
}

/** A sheet that can be printed, and does not work yet. */
export interface Draft {
  readonly code: string;
  /** From now on it works, and no other. */
  readonly keep: () => Promise<Outcome<unknown>>;
}

export async function draftSheet(session: Session, password: string): Promise<Outcome<Draft>> {
  const known = await withPassword(session, password);
  if (known.type !== "done") return known;
  // What is printed must count: where there is no password, they must have signed in just now.
  const { proof, reseal } = known.value;
  const shown: PasswordShown = { ...(proof !== undefined && { proof }) };
  const may = session.sealedVault === undefined ? await request("POST", "/api/account/proof", shown) : undefined;
  if (may && may.type !== "done") return may;
  const code = newToken();
  const { proof: sheet, key } = await sheetHalves(code);
  const written = await reseal(key).catch(() => undefined);
  // Without a password it is not one that was wrong.
  if (!written) return proof === undefined ? { type: "unreachable" } : { type: "refused", refusal: "loginWrong" };
  const body: NewSheet = { ...shown, sheet, vault: written.sealed };
  return { type: "done", value: { code: grouped(code), keep: () => request("PUT", "/api/account/sheet", body) } };
}

export interface Recovery {
  readonly login: string;
  /** Off the sheet. */
  readonly code: string;
  readonly password: string;
  readonly invitation?: string;
  /** The code beside the password, where it was asked for. */
  readonly second?: string;
}

/** Sets a forgotten password anew. The vault stays, and with it every link. */
export async function recover({ login, code, password, invitation, second }: Recovery): Promise<Outcome<Session>> {
  const looked = await lookAtSheet(login, code);
  if (looked.type !== "done") return looked;
  const { shown: sheet, key, vault } = looked.value;
  const made = await newPassword(password, (half) => Vault.reseal(key, vault, half));
  const body: PasswordReset = { sheet, password: made.body, ...(invitation && { invitation }), ...(second && { code: second }) };
  return withVault(await request<SignedIn>("POST", "/api/passwords", body), made.vault);
}
