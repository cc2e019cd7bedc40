// AES-256-GCM with a random nonce, which goes before what it sealed.
import { type Bytes, randomBytes } from "./bytes";

const NONCE_BYTES = 12;

/** What it is about is bound to it: sealed as one thing, it does not open as another. */
export async function seal(key: CryptoKey, value: Bytes, about?: Bytes): Promise<Bytes> {
  const nonce = randomBytes(NONCE_BYTES);
  const sealed = await crypto.subtle.encrypt(params(nonce, about), key, value);
  return new Uint8Array([...nonce, ...new Uint8Array(sealed)]);
}

/** Throws where it was sealed with another key, or about something else. */
export async function open(key: CryptoKey, sealed: Bytes, about?: Bytes): Promise<Bytes> {
  const [nonce, rest] = [sealed.slice(0, NONCE_BYTES), sealed.slice(NONCE_BYTES)];
  return new Uint8Array(await crypto.subtle.decrypt(params(nonce, about), key, rest));
}

function params(iv: Bytes, about: Bytes | undefined): AesGcmParams {
  return { name: "AES-GCM", iv, ...(about && { additionalData: about }) };
}
