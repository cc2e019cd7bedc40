// Passkeys (Web Authentication level 3). The authenticator signs for the server, and by its extension `prf` gives this browser a
// secret that opens the vault. That secret never leaves the page.
import { type Outcome, request } from "../api";
import { type Bytes, bytesOf, textOf } from "../e2ee/bytes";
import { passkeyKey } from "../e2ee/stretch";
import { Vault } from "../e2ee/vault";
import type { NewPasskey, Passkey, PasskeyChallenge, PasskeyLogin, PasskeyOffer, PasswordShown, SignedIn } from "../protocol";
import { type Session, opened, withPassword } from "./session";

/** For what the authenticator is asked. Always the same, so that it always gives the same. */
const PRF = { eval: { first: new TextEncoder().encode("incamera passkey vault 1") } };
/** ES256, ES384 and RS256 (RFC 9053, RFC 8812): what the server checks. */
const ALGORITHMS = [-7, -35, -257];
const PATIENCE_MS = 120_000;

/** Whoever was asked said no, or the authenticator did. */
export interface Declined {
  readonly type: "declined";
}

/** Passkeys belong to a name: there are none for a bare address, nor in old browsers. */
export function canUsePasskeys(): boolean {
  return "PublicKeyCredential" in window && !/^[\d.]+$|:/.test(location.hostname);
}

export function fetchPasskeys(): Promise<Outcome<readonly Passkey[]>> {
  return request<Passkey[]>("GET", "/api/account/passkeys");
}

export async function addPasskey(
  session: Session,
  { password, label, site }: { password: string; label: string; site: string },
): Promise<Outcome<unknown> | Declined> {
  const known = await withPassword(session, password);
  if (known.type !== "done") return known;
  const { proof } = known.value;
  const shown: PasswordShown = { ...(proof !== undefined && { proof }) };
  const offer = await request<PasskeyOffer>("POST", "/api/account/passkeys/begin", shown);
  if (offer.type !== "done") return offer;
  const made = await make(offer.value, session, site);
  if (!made) return { type: "declined" };
  const given = made.given ?? (made.gives ? await ask(offer.value.rp, made.id) : undefined);
  const vault = given && (await known.value.reseal(await passkeyKey(given))).sealed;
  const body: NewPasskey = {
    ceremony: offer.value.ceremony,
    label,
    credential: textOf(made.id),
    clientData: textOf(made.clientData),
    attestation: textOf(made.attestation),
    ...(vault !== undefined && { vault }),
  };
  return request("POST", "/api/account/passkeys", body);
}

/** Signs in. The vault is closed afterwards where the authenticator gives no secret; then the password opens it. */
export async function signInByPasskey(): Promise<Outcome<Session> | Declined> {
  const challenge = await request<PasskeyChallenge>("POST", "/api/passkeys/begin", {});
  if (challenge.type !== "done") return challenge;
  const { ceremony, rp } = challenge.value;
  const answer = await assertion({ challenge: bytesOf(challenge.value.challenge), rpId: rp });
  if (!answer) return { type: "declined" };
  const { credential, response } = answer;
  const body: PasskeyLogin = {
    ceremony,
    credential: textOf(new Uint8Array(credential.rawId)),
    clientData: textOf(new Uint8Array(response.clientDataJSON)),
    authenticatorData: textOf(new Uint8Array(response.authenticatorData)),
    signature: textOf(new Uint8Array(response.signature)),
    user: textOf(new Uint8Array(response.userHandle ?? new ArrayBuffer())),
  };
  const outcome = await request<SignedIn>("POST", "/api/logins/passkey", body);
  if (outcome.type !== "done") return outcome;
  const { passkeyVault } = outcome.value;
  const given = givenBy(credential);
  const vault = given && passkeyVault ? await Vault.open(await passkeyKey(given), passkeyVault).catch(() => undefined) : undefined;
  return { type: "done", value: await opened(outcome.value, vault) };
}

interface Made {
  readonly id: Bytes;
  readonly clientData: Bytes;
  readonly attestation: Bytes;
  /** Whether the authenticator gives a secret, and the secret where it gave one at once. */
  readonly gives: boolean;
  readonly given: BufferSource | undefined;
}

async function make(offer: PasskeyOffer, { account }: Session, site: string): Promise<Made | undefined> {
  const publicKey: PublicKeyCredentialCreationOptions = {
    challenge: bytesOf(offer.challenge),
    rp: { id: offer.rp, name: site },
    user: { id: bytesOf(offer.user), name: account.login, displayName: account.name },
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
    excludeCredentials: offer.known.map((id) => ({ type: "public-key", id: bytesOf(id) })),
    // It names its owner, so that nobody types a name; and asks for a finger, a face or a PIN.
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    attestation: "none",
    timeout: PATIENCE_MS,
    extensions: { prf: PRF },
  };
  const credential = await navigator.credentials.create({ publicKey }).catch(() => null);
  if (!(credential instanceof PublicKeyCredential) || !(credential.response instanceof AuthenticatorAttestationResponse)) return undefined;
  return {
    id: new Uint8Array(credential.rawId),
    clientData: new Uint8Array(credential.response.clientDataJSON),
    attestation: new Uint8Array(credential.response.attestationObject),
    gives: credential.getClientExtensionResults().prf?.enabled === true,
    given: givenBy(credential),
  };
}

/** Some authenticators give the secret only when somebody signs in: then they are asked once more. */
async function ask(rpId: string, id: Bytes): Promise<BufferSource | undefined> {
  const answer = await assertion({ challenge: crypto.getRandomValues(new Uint8Array(32)), rpId, allowCredentials: [{ type: "public-key", id }] });
  return answer && givenBy(answer.credential);
}

async function assertion(
  options: PublicKeyCredentialRequestOptions,
): Promise<{ credential: PublicKeyCredential; response: AuthenticatorAssertionResponse } | undefined> {
  const publicKey = { ...options, userVerification: "required", timeout: PATIENCE_MS, extensions: { prf: PRF } } as const;
  const credential = await navigator.credentials.get({ publicKey }).catch(() => null);
  if (!(credential instanceof PublicKeyCredential) || !(credential.response instanceof AuthenticatorAssertionResponse)) return undefined;
  return { credential, response: credential.response };
}

function givenBy(credential: PublicKeyCredential): BufferSource | undefined {
  return credential.getClientExtensionResults().prf?.results?.first;
}
