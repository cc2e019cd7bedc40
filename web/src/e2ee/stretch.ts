// A password never leaves the page. It is stretched once, and what comes out is parted: one half is shown to the server as
// proof, the other opens what is sealed here. Neither half tells the other, and neither tells the password.
//
// PBKDF2 with HMAC-SHA-512 (RFC 8018 section 5.2), the only slow function that every browser has, then HKDF (RFC 5869)
// with a name for each half.
import { type Bytes, bytesOf, textOf } from "./bytes";

export interface Halves {
  /** For the server, base64url. */
  readonly proof: string;
  /** For sealing. It cannot be read out of the browser. */
  readonly key: CryptoKey;
}

/** How often a room's password is stretched: less than an account's, since an old phone does it at the door. */
const ROOM_ROUNDS = 210_000;

const text = new TextEncoder();

export async function stretched(password: string, salt: Bytes, rounds: number): Promise<Halves> {
  // The same letters typed on another keyboard are the same password, and a blank that was copied along is none of it.
  const typed = text.encode(password.normalize("NFKC").trim());
  // HMAC fills a short key up with zeros (RFC 2104 section 2): without this, zeros at the end would make no difference.
  const whole = await crypto.subtle.digest("SHA-512", typed);
  const base = await crypto.subtle.importKey("raw", whole, "PBKDF2", false, ["deriveBits"]);
  return parted(await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-512", salt, iterations: rounds }, base, 512));
}

/** The two halves of something that nobody guesses. */
async function parted(long: BufferSource): Promise<Halves> {
  const root = await crypto.subtle.importKey("raw", long, "HKDF", false, ["deriveBits", "deriveKey"]);
  const half = (info: string) => ({ name: "HKDF", hash: "SHA-512", salt: new Uint8Array(), info: text.encode(info) });
  const proof = await crypto.subtle.deriveBits(half("incamera proof 1"), root, 256);
  const key = await crypto.subtle.deriveKey(half("incamera seal 1"), root, { name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
  return { proof: textOf(new Uint8Array(proof)), key };
}

/** An account's password, with the salt and the rounds that the server names. */
export function accountHalves(password: string, salt: string, rounds: number): Promise<Halves> {
  return stretched(password, bytesOf(salt), rounds);
}

/** A room's password. Its salt is the room's name: everyone at the door knows it, and no two rooms have the same. */
export function roomHalves(password: string, meeting: string): Promise<Halves> {
  return stretched(password, text.encode(`incamera room password 1/${meeting}`), ROOM_ROUNDS);
}

/** The code of a recovery sheet. It is random and long: nobody guesses it, however fast. */
export function sheetHalves(code: string): Promise<Halves> {
  return parted(text.encode(`incamera recovery sheet 1/${code}`));
}

/** What an authenticator gives for a passkey: only who has it gets that. */
export async function passkeyKey(given: BufferSource): Promise<CryptoKey> {
  return (await parted(given)).key;
}
