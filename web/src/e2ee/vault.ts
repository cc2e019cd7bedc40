// The host's vault: one random key that seals the secrets of their rooms. It lies on the server, sealed with the host's
// half of the stretched password, and is opened in the host's browser only.
import * as aead from "./aead";
import { type Bytes, bytesOf, randomBytes, textOf } from "./bytes";

/** What a sealed value is for: sealed as one thing, it does not open as another. */
export type Purpose = "room secret" | "link token" | "private key";

const KEY_BYTES = 32;
const text = new TextEncoder();

const about = (purpose: string) => text.encode(`incamera vault 1/${purpose}`);

async function seal(key: CryptoKey, purpose: string, value: Bytes): Promise<string> {
  return textOf(await aead.seal(key, value, about(purpose)));
}

function open(key: CryptoKey, purpose: string, sealed: string): Promise<Bytes> {
  return aead.open(key, bytesOf(sealed), about(purpose));
}

function vaultKey(bytes: Bytes): Promise<CryptoKey> {
  // Not to be read out again: a page that stays open, or keeps it, can use it and not give it away.
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** A vault, and how it lies on the server. */
export interface Written {
  readonly vault: Vault;
  readonly sealed: string;
}

/** Nothing is left of the bytes afterwards. */
async function written(half: CryptoKey, bytes: Bytes): Promise<Written> {
  const sealed = await seal(half, "key", bytes);
  return { vault: await made(bytes), sealed };
}

async function made(bytes: Bytes): Promise<Vault> {
  const vault = new Vault(await vaultKey(bytes));
  bytes.fill(0);
  return vault;
}

export class Vault {
  readonly key: CryptoKey;

  constructor(key: CryptoKey) {
    this.key = key;
  }

  /** A new vault, and how it is written down for whoever has the half. */
  static make(half: CryptoKey): Promise<Written> {
    return written(half, randomBytes(KEY_BYTES));
  }

  /** The same vault, written down for another half; throws where the half so far is not the one it was sealed with. */
  static async reseal(half: CryptoKey, sealed: string, next: CryptoKey): Promise<Written> {
    return written(next, await open(half, "key", sealed));
  }

  /** Opens what was written down; throws where the half is not the one it was sealed with. */
  static async open(half: CryptoKey, sealed: string): Promise<Vault> {
    return made(await open(half, "key", sealed));
  }

  // Browsers let each other in with the key as text, which is sealed for the other one at once and kept nowhere.

  /** The key of a new vault. */
  static newKey(): string {
    return textOf(randomBytes(KEY_BYTES));
  }

  /** The key of the vault that was written down for a half. */
  static async keyOf(half: CryptoKey, sealed: string): Promise<string> {
    return textOf(await open(half, "key", sealed));
  }

  static withKey(key: string): Promise<Vault> {
    return made(bytesOf(key));
  }

  static write(half: CryptoKey, key: string): Promise<Written> {
    return written(half, bytesOf(key));
  }

  seal(purpose: Purpose, value: string): Promise<string> {
    return seal(this.key, purpose, text.encode(value));
  }

  async read(purpose: Purpose, sealed: string): Promise<string> {
    return new TextDecoder().decode(await open(this.key, purpose, sealed));
  }
}
