// Meeting links: `/m/<id>#k=<secret>&t=<token>`. The identifier goes to the server; the token, where there is one, goes there
// once, in a body; the secret never leaves the page except in a link that its owner copies.

/** Crockford's base 32 alphabet, as in the server's `MeetingId`. */
const CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz";
const ID_CHARS = 15;
const GROUP = 5;

/** What people type between the groups: spaces, and every kind of hyphen. */
const BETWEEN = /[ \u00a0\-\u2010-\u2015]/;

const SECRET_BYTES = 32;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

export interface MeetingLink {
  /** In three groups of five. */
  readonly meeting: string;
  /** The secret, where the link carried one. */
  readonly secret: string | undefined;
  /** The personal token, where the link carried one. */
  readonly token?: string | undefined;
}

const TOKEN = /^[0-9a-hjkmnp-tv-z]{32}$/;

/** Reads an identifier as people type it. */
export function parseMeetingId(text: string): string | undefined {
  const symbols = symbolsIn(text);
  if (symbols?.length !== ID_CHARS) return undefined;
  return `${symbols.slice(0, GROUP)}-${symbols.slice(GROUP, 2 * GROUP)}-${symbols.slice(2 * GROUP)}`;
}

/** The alphabet's symbols in what people type: capitals, spaces, no hyphens, and letters that look like digits. */
export function symbolsIn(text: string): string | undefined {
  let symbols = "";
  for (const character of text) {
    if (BETWEEN.test(character)) continue;
    const lower = /[A-Z]/.test(character) ? character.toLowerCase() : character;
    const symbol = lower === "o" ? "0" : lower === "i" || lower === "l" ? "1" : lower;
    if (!CROCKFORD.includes(symbol)) return undefined;
    symbols += symbol;
  }
  return symbols;
}

/** Reads an identifier or a whole pasted link. A link's host is not looked at: only its meeting is used. */
export function parseTyped(text: string): MeetingLink | undefined {
  const trimmed = text.trim();
  const path = /(?:^|\/)m\/([^/?#\s]+)[^#]*(?:#(.*))?$/s.exec(trimmed);
  if (path?.[1] !== undefined) {
    const meeting = parseMeetingId(decoded(path[1]));
    if (meeting === undefined) return undefined;
    return { meeting, secret: secretIn(path[2] ?? ""), token: tokenIn(path[2] ?? "") };
  }
  const meeting = parseMeetingId(trimmed);
  return meeting === undefined ? undefined : { meeting, secret: undefined };
}

/** The secret in a fragment such as `#k=…&t=…`. */
export function secretIn(fragment: string): string | undefined {
  const value = new URLSearchParams(fragment.replace(/^#/, "")).get("k");
  return value !== null && SECRET.test(value) ? value : undefined;
}

/** The personal token in a fragment. */
export function tokenIn(fragment: string): string | undefined {
  const value = new URLSearchParams(fragment.replace(/^#/, "")).get("t");
  return value !== null && TOKEN.test(value) ? value : undefined;
}

/** Where a meeting is, on this server. */
export function pathOf({ meeting, secret, token }: MeetingLink): string {
  const parts = [secret === undefined ? [] : [`k=${secret}`], token === undefined ? [] : [`t=${token}`]].flat();
  return parts.length === 0 ? `/m/${meeting}` : `/m/${meeting}#${parts.join("&")}`;
}

/** A new personal token: 160 bits in Crockford's alphabet. */
export function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return [...bytes].map((byte) => CROCKFORD[byte & 31]).join("");
}

/** A new room secret: 256 bits that only those learn who are given the link. */
export function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
