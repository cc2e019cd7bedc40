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
import { resealByDevice } from "./devices";
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
  /** Absent for an account without a password, whose vault is opened by its devices. */
  readonly sealedVault: string | undefined;
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
  const { vault } = outcome.value;
  return { type: "done", value: await opened(outcome.value, vault === undefined ? undefined : await Vault.open(halves.key, vault)) };
}

/** Opens the vault again, for someone who is signed in. Undefined where the password is not theirs. */
export async function unlock(session: Session, password: string): Promise<Session | undefined> {
  const { account, sealedVault } = session;
  const stretched = await halvesOf(account.login, password);
  if (stretched.type !== "done" || sealedVault === undefined) return undefined;
  const vault = await Vault.open(stretched.value.key, sealedVault).catch(() => undefined);
  return vault && withVaultOf(session, vault);
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

/** Changes the password of someone who is signed in. */
export async function changePassword(session: Session, now: string, next: string): Promise<Outcome<Session>> {
  const known = await withPassword(session, now);
  if (known.type !== "done") return known;
  const { reseal, proof } = known.value;
  const made = await newPassword(next, reseal).catch(() => undefined);
  if (!made || proof === undefined) return { type: "refused", refusal: "loginWrong" };
  const body: PasswordRenewal = { proof, password: made.body };
  return withVault(await request<SignedIn>("POST", "/api/account/password", body), made.vault);
}

/** What someone who is signed in can do by typing their password once more. */
export interface Known {
  /** Absent for who has no password: then they must have signed in just now. */
  readonly proof: string | undefined;
  /** Writes the vault down for another half as well; throws where the password is not theirs. */
  readonly reseal: (half: CryptoKey) => Promise<Written>;
}

/** The vault is asked for anew: another tab may have changed the password since this one looked. */
export async function withPassword(session: Session, password: string): Promise<Outcome<Known>> {
  if (session.sealedVault === undefined) {
    return { type: "done", value: { proof: undefined, reseal: (half) => resealByDevice(session.account, half) } };
  }
  const halves = await halvesOf(session.account.login, password);
  if (halves.type !== "done") return halves;
  const kept = await request<SignedIn>("GET", "/api/account");
  if (kept.type !== "done") return kept;
  const { key, proof } = halves.value;
  const { vault } = kept.value;
  if (vault === undefined) return { type: "refused", refusal: "loginWrong" };
  return { type: "done", value: { proof, reseal: (half) => Vault.reseal(key, vault, half) } };
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
export async function newPassword(
  password: string,
  written: (half: CryptoKey) => Promise<Written> = Vault.make,
): Promise<{ body: NewPassword; vault: Vault }> {
  const salt = textOf(randomBytes(SALT_BYTES));
  const { proof, key } = await accountHalves(password, salt, ROUNDS);
  const { vault, sealed } = await written(key);
  return { body: { salt, rounds: ROUNDS, proof, vault: sealed }, vault };
}

export async function withVault(outcome: Outcome<SignedIn>, vault: Vault | undefined): Promise<Outcome<Session>> {
  return outcome.type === "done" ? { type: "done", value: await opened(outcome.value, vault) } : outcome;
}

/** Somebody whose vault was opened. */
export async function withVaultOf(session: Session, vault: Vault): Promise<Session> {
  await keepKey(session.account.id, vault.key);
  return { ...session, vault };
}

/** Without a vault the password is asked for, to open it. */
export async function opened({ account, vault: sealedVault }: SignedIn, vault: Vault | undefined): Promise<Session> {
  const session = { account, vault, sealedVault };
  return vault ? withVaultOf(session, vault) : session;
}
