// The recovery sheet: a code on paper that opens the vault when the password is forgotten. The code is made here and printed; the
// server has what it seals, and the SHA-256 of what proves that somebody has it.
import { type Outcome, request } from "../api";
import { sheetHalves } from "../e2ee/stretch";
import { Vault } from "../e2ee/vault";
import { newToken, symbolsIn } from "../link";
import type { NewSheet, PasswordReset, PasswordShown, Sheet, SheetShown, SheetVault, SignedIn } from "../protocol";
import { type Session, newPassword, withPassword, withVault } from "./session";

const GROUP = /.{4}/g;
const SYMBOLS = 32;

/** As it is printed: eight groups of four. */
export function grouped(code: string): string {
  return (code.match(GROUP) ?? []).join("-");
}

/** The code in what somebody typed off their paper. */
export function sheetCodeIn(typed: string): string | undefined {
  const code = symbolsIn(typed.trim());
  return code?.length === SYMBOLS ? code : undefined;
}

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
  const shown: PasswordShown = { ...(known.value.proof !== undefined && { proof: known.value.proof }) };
  const may = session.sealedVault === undefined ? await request("POST", "/api/account/proof", shown) : undefined;
  if (may && may.type !== "done") return may;
  const code = newToken();
  const { proof: sheet, key } = await sheetHalves(code);
  const written = await known.value.reseal(key).catch(() => undefined);
  if (!written) return { type: "refused", refusal: "loginWrong" };
  const { proof } = known.value;
  const body: NewSheet = { sheet, vault: written.sealed, ...(proof !== undefined && { proof }) };
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
  const { proof, key } = await sheetHalves(code);
  const sheet: SheetShown = { login, proof };
  const looked = await request<SheetVault>("POST", "/api/sheets/look", sheet);
  if (looked.type !== "done") return looked;
  const made = await newPassword(password, (half) => Vault.reseal(key, looked.value.vault, half));
  const body: PasswordReset = { sheet, password: made.body, ...(invitation && { invitation }), ...(second && { code: second }) };
  return withVault(await request<SignedIn>("POST", "/api/passwords", body), made.vault);
}
