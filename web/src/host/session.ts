// A host's login: signing in and out, and the vault that only this browser opens.
import { type Outcome, request } from "../api";
import { randomBytes, textOf } from "../e2ee/bytes";
import { type Halves, accountHalves } from "../e2ee/stretch";
import { Vault, type Written } from "../e2ee/vault";
import type {
  Account,
  InvitationShown,
  LoginRequest,
  NewAccount,
  NewPassword,
  PasswordRenewal,
  PasswordReset,
  SignedIn,
  Stretch,
} from "../protocol";
import { forgetKeys, keepKey, keptKey } from "./keyring";

/** How often a new password is stretched. Half a second on a desk computer; whoever guesses pays it for each guess. */
const ROUNDS = 600_000;
const SALT_BYTES = 16;

/** The fewest characters of a password. Long ones of plain words are better than short ones of odd signs. */
export const MIN_PASSWORD_CHARS = 10;

export interface Session {
  readonly account: Account;
  /** Absent while the password has to be typed again, to open it. */
  readonly vault: Vault | undefined;
  readonly sealedVault: string;
}

/** Who is signed in here, if anyone is. */
export async function resume(): Promise<Outcome<Session>> {
  const outcome = await request<SignedIn>("GET", "/api/account");
  if (outcome.type !== "done") return outcome;
  const { account, vault } = outcome.value;
  const key = await keptKey(account.id);
  return { type: "done", value: { account, vault: key && new Vault(key), sealedVault: vault } };
}

export async function signIn(login: string, password: string, code: string): Promise<Outcome<Session>> {
  const stretched = await halvesOf(login, password);
  if (stretched.type !== "done") return stretched;
  const halves = stretched.value;
  const body: LoginRequest = { login, proof: halves.proof, ...(code !== "" && { code }) };
  const outcome = await request<SignedIn>("POST", "/api/logins", body);
  if (outcome.type !== "done") return outcome;
  return { type: "done", value: await opened(outcome.value, await Vault.open(halves.key, outcome.value.vault)) };
}

/** Opens the vault again, for someone who is signed in. Undefined where the password is not theirs. */
export async function unlock(session: Session, password: string): Promise<Session | undefined> {
  const stretched = await halvesOf(session.account.login, password);
  if (stretched.type !== "done") return undefined;
  const vault = await Vault.open(stretched.value.key, session.sealedVault).catch(() => undefined);
  return vault && opened({ account: session.account, vault: session.sealedVault }, vault);
}

export function lookAtInvitation(invitation: string): Promise<Outcome<InvitationShown>> {
  return request<InvitationShown>("POST", "/api/invitations/look", { invitation });
}

export async function createAccount(
  invitation: string,
  { login, name, password }: { login: string; name: string; password: string },
): Promise<Outcome<Session>> {
  const made = await newPassword(password);
  const body: NewAccount = { invitation, login, name, password: made.body };
  return withVault(await request<SignedIn>("POST", "/api/accounts", body), made.vault);
}

export async function resetPassword(invitation: string, password: string): Promise<Outcome<Session>> {
  const made = await newPassword(password);
  const body: PasswordReset = { invitation, password: made.body };
  return withVault(await request<SignedIn>("POST", "/api/passwords", body), made.vault);
}

/**
 * Changes the password of someone who is signed in. The vault is asked for anew: another tab may have changed the
 * password since this one looked.
 */
export async function changePassword(session: Session, now: string, next: string): Promise<Outcome<Session>> {
  const before = await halvesOf(session.account.login, now);
  if (before.type !== "done") return before;
  const kept = await request<SignedIn>("GET", "/api/account");
  if (kept.type !== "done") return kept;
  const { key, proof } = before.value;
  const made = await newPassword(next, (half) => Vault.reseal(key, kept.value.vault, half)).catch(() => undefined);
  if (!made) return { type: "refused", refusal: "loginWrong" };
  const body: PasswordRenewal = { proof, password: made.body };
  return withVault(await request<SignedIn>("POST", "/api/account/password", body), made.vault);
}

export async function signOut(): Promise<void> {
  await request("DELETE", "/api/logins/current");
  await forgetKeys();
}

/** What a password is stretched to, the way that its account says. */
export async function halvesOf(login: string, password: string): Promise<Outcome<Halves>> {
  const stretch = await request<Stretch>("POST", "/api/stretch", { login });
  if (stretch.type !== "done") return stretch;
  return { type: "done", value: await accountHalves(password, stretch.value.salt, stretch.value.rounds) };
}

/** A password that is chosen, and the vault that it opens: a new one, or one that is written down anew. */
async function newPassword(
  password: string,
  written: (half: CryptoKey) => Promise<Written> = Vault.make,
): Promise<{ body: NewPassword; vault: Vault }> {
  const salt = textOf(randomBytes(SALT_BYTES));
  const { proof, key } = await accountHalves(password, salt, ROUNDS);
  const { vault, sealed } = await written(key);
  return { body: { salt, rounds: ROUNDS, proof, vault: sealed }, vault };
}

async function withVault(outcome: Outcome<SignedIn>, vault: Vault): Promise<Outcome<Session>> {
  return outcome.type === "done" ? { type: "done", value: await opened(outcome.value, vault) } : outcome;
}

async function opened({ account, vault: sealedVault }: SignedIn, vault: Vault): Promise<Session> {
  await keepKey(account.id, vault.key);
  return { account, vault, sealedVault };
}
