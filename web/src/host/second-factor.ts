// A code beside the password (RFC 6238). The secret is made in this browser; the server checks codes and has it sealed.
import { type Outcome, request } from "../api";
import { randomBytes } from "../e2ee/bytes";
import type { NewTotp, PasswordShown, RecoveryCodes, Totp } from "../protocol";
import { type Session, halvesOf } from "./session";

/** As long as an HMAC-SHA-1 (RFC 4226 section 4). */
const SECRET_BYTES = 20;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** A new secret, base32 (RFC 4648 section 6). */
export function newSecret(): string {
  return base32(randomBytes(SECRET_BYTES));
}

/** Without padding, which a whole number of groups of five bytes does not need. */
export function base32(bytes: Uint8Array): string {
  let text = "";
  let [kept, bits] = [0, 0];
  for (const byte of bytes) {
    kept = (kept << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(kept >> bits) & 31] ?? "";
    }
    kept &= (1 << bits) - 1;
  }
  return text;
}

/** What authenticators read off a picture. */
export function addressFor(secret: string, login: string, issuer: string): string {
  // A colon would part the label where it should not.
  const label = [issuer, login].map((part) => encodeURIComponent(part.replaceAll(":", " "))).join(":");
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer.replaceAll(":", " "))}`;
}

export function fetchTotp(): Promise<Outcome<Totp>> {
  return request<Totp>("GET", "/api/account/totp");
}

export async function setTotp(session: Session, password: string, secret: string, code: string): Promise<Outcome<RecoveryCodes>> {
  const halves = await halvesOf(session.account.login, password);
  if (halves.type !== "done") return halves;
  const body: NewTotp = { proof: halves.value.proof, secret, code };
  return request<RecoveryCodes>("PUT", "/api/account/totp", body);
}

export async function removeTotp(session: Session, password: string): Promise<Outcome<unknown>> {
  const halves = await halvesOf(session.account.login, password);
  if (halves.type !== "done") return halves;
  const body: PasswordShown = { proof: halves.value.proof };
  return request("DELETE", "/api/account/totp", body);
}
