// Bytes as text: base64url (RFC 4648 section 5) without padding.

export type Bytes = Uint8Array<ArrayBuffer>;

export function textOf(bytes: Bytes): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Throws where the text is no base64. */
export function bytesOf(text: string): Bytes {
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

export function randomBytes(count: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(count));
}
