// A key pair with which others seal something for a host, who opens it in their browser: ECDH on P-256, HKDF with SHA-256
// (RFC 5869) and AES-256-GCM, a new key for every text.
import * as aead from "./aead";
import { type Bytes, bytesOf, textOf } from "./bytes";

const CURVE = { name: "ECDH", namedCurve: "P-256" } as const;
const POINT_BYTES = 65;
const text = new TextEncoder();

/** A pair as it is written down: the private half is sealed by who keeps it. */
export interface WrittenPair {
  readonly publicText: string;
  readonly privateBytes: Bytes;
}

export async function newPair(): Promise<WrittenPair> {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  const [point, bytes] = await Promise.all([crypto.subtle.exportKey("raw", pair.publicKey), crypto.subtle.exportKey("pkcs8", pair.privateKey)]);
  return { publicText: textOf(new Uint8Array(point)), privateBytes: new Uint8Array(bytes) };
}

/** A private half that can be used and not given away. */
export function privateKey(bytes: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("pkcs8", bytes, CURVE, false, ["deriveBits"]);
}

/** Seals a text for whoever has the private half. What it is about is bound to it: sealed as one thing, it does not open as another. */
export async function sealFor(publicText: string, about: string, value: string): Promise<string> {
  const theirs = bytesOf(publicText);
  const own = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey));
  const key = await shared(own.privateKey, await publicKey(theirs), point, theirs, about);
  return textOf(new Uint8Array([...point, ...(await aead.seal(key, text.encode(value)))]));
}

/** Throws where it was sealed for somebody else, or about something else. */
export async function openWith(key: CryptoKey, publicText: string, about: string, sealed: string): Promise<string> {
  const bytes = bytesOf(sealed);
  const point = bytes.slice(0, POINT_BYTES);
  const opening = await shared(key, await publicKey(point), point, bytesOf(publicText), about);
  return new TextDecoder().decode(await aead.open(opening, bytes.slice(POINT_BYTES)));
}

/** Twenty digits that two people can read to each other, to see that nobody has put another key between them. */
export async function codeOf(publicText: string): Promise<string> {
  const hash = new DataView(await crypto.subtle.digest("SHA-256", bytesOf(publicText)));
  const groups = [0, 4, 8, 12].map((at) => String(hash.getUint32(at) % 100_000).padStart(5, "0"));
  return groups.join(" ");
}

function publicKey(point: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", point, CURVE, false, []);
}

async function shared(own: CryptoKey, other: CryptoKey, sender: Bytes, receiver: Bytes, about: string): Promise<CryptoKey> {
  const bits = await crypto.subtle.deriveBits({ name: "ECDH", public: other }, own, 256);
  const base = await crypto.subtle.importKey("raw", bits, "HKDF", false, ["deriveKey"]);
  const params = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array([...sender, ...receiver]), info: text.encode(`incamera pair 1/${about}`) };
  return crypto.subtle.deriveKey(params, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}
