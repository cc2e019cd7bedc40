// A host's login: signing in and out, and the vault that only this browser opens.
import { type Outcome, request } from "../api";
import { randomBytes, textOf } from "../e2ee/bytes";
import { accountHalves } from "../e2ee/stretch";
import { Vault } from "../e2ee/vault";
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

export async function signIn(login: string, password: string): Promise<Outcome<Session>> {
  const stretch = await request<Stretch>("POST", "/api/stretch", { login });
  if (stretch.type !== "done") return stretch;
  const halves = await accountHalves(password, stretch.value.salt, stretch.value.rounds);
  const body: LoginRequest = { login, proof: halves.proof };
  const outcome = await request<SignedIn>("POST", "/api/logins", body);
  if (outcome.type !== "done") return outcome;
  return { type: "done", value: await opened(outcome.value, await Vault.open(halves.key, outcome.value.vault)) };
}

/** Opens the vault again, for someone who is signed in. Undefined where the password is not theirs. */
export async function unlock(session: Session, password: string): Promise<Session | undefined> {
  const stretch = await request<Stretch>("POST", "/api/stretch", { login: session.account.login });
  if (stretch.type !== "done") return undefined;
  const halves = await accountHalves(password, stretch.value.salt, stretch.value.rounds);
  const vault = await Vault.open(halves.key, session.sealedVault).catch(() => undefined);
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
  const wrong = { type: "refused", refusal: "loginWrong" } as const;
  const stretch = await request<Stretch>("POST", "/api/stretch", { login: session.account.login });
  if (stretch.type !== "done") return stretch;
  const kept = await request<SignedIn>("GET", "/api/account");
  if (kept.type !== "done") return kept;
  const salt = textOf(randomBytes(SALT_BYTES));
  const before = await accountHalves(now, stretch.value.salt, stretch.value.rounds);
  const after = await accountHalves(next, salt, ROUNDS);
  const again = await Vault.reseal(before.key, kept.value.vault, after.key).catch(() => undefined);
  if (!again) return wrong;
  const password: NewPassword = { salt, rounds: ROUNDS, proof: after.proof, vault: again.sealed };
  const body: PasswordRenewal = { proof: before.proof, password };
  return withVault(await request<SignedIn>("POST", "/api/account/password", body), again.vault);
}

export async function signOut(): Promise<void> {
  await request("DELETE", "/api/logins/current");
  await forgetKeys();
}

async function newPassword(password: string): Promise<{ body: NewPassword; vault: Vault }> {
  const salt = textOf(randomBytes(SALT_BYTES));
  const { proof, key } = await accountHalves(password, salt, ROUNDS);
  const { vault, sealed } = await Vault.make(key);
  return { body: { salt, rounds: ROUNDS, proof, vault: sealed }, vault };
}

async function withVault(outcome: Outcome<SignedIn>, vault: Vault): Promise<Outcome<Session>> {
  return outcome.type === "done" ? { type: "done", value: await opened(outcome.value, vault) } : outcome;
}

async function opened({ account, vault: sealedVault }: SignedIn, vault: Vault): Promise<Session> {
  await keepKey(account.id, vault.key);
  return { account, vault, sealedVault };
}
