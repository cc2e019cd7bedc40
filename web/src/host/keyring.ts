// Keeps the vault key of this browser's login over a reload. It is a key object that the browser does not give out again; it
// goes when its owner signs out. Where a browser keeps nothing, the password is asked for again.
//
// Whoever has no password has this browser in its place: the private half of its pair stays, also over signing out, and opens
// nothing to who is not signed in.

const NAME = "incamera";
const VAULT = "vault";
const DEVICE = "device";

type Store = typeof VAULT | typeof DEVICE;

/** This browser, for an account without a password. */
export interface OwnDevice {
  readonly publicText: string;
  readonly key: CryptoKey;
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 2);
    request.onupgradeneeded = () => {
      for (const store of [VAULT, DEVICE]) {
        if (!request.result.objectStoreNames.contains(store)) request.result.createObjectStore(store);
      }
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error("nothing can be kept here"));
    // Another tab still runs what was there before.
    request.onblocked = () => reject(new Error("nothing can be kept here yet"));
  });
}

async function within<T>(name: Store, mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(name, mode);
      const request = work(transaction.objectStore(name));
      // Only then is it on the disk.
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(new Error("nothing can be kept here"));
    });
  } finally {
    database.close();
  }
}

function kept(name: Store, account: string): Promise<unknown> {
  return within(name, "readonly", (store) => store.get(account) as IDBRequest<unknown>);
}

export async function keptKey(account: string): Promise<CryptoKey | undefined> {
  const key = await kept(VAULT, account).catch(() => undefined);
  return key instanceof CryptoKey ? key : undefined;
}

export async function keepKey(account: string, key: CryptoKey): Promise<void> {
  await within(VAULT, "readwrite", (store) => store.put(key, account)).catch(() => undefined);
}

export async function forgetKeys(): Promise<void> {
  await within(VAULT, "readwrite", (store) => store.clear()).catch(() => undefined);
}

/** Throws where it cannot be read: that is not the same as none, in whose place another one would be kept. */
export async function keptDevice(account: string): Promise<OwnDevice | undefined> {
  const device = await kept(DEVICE, account);
  return isDevice(device) ? device : undefined;
}

/** Throws where this browser keeps nothing: it could not open what is sealed for it. */
export async function keepDevice(account: string, device: OwnDevice): Promise<void> {
  await within(DEVICE, "readwrite", (store) => store.put(device, account));
}

function isDevice(value: unknown): value is OwnDevice {
  return typeof value === "object" && value !== null && "publicText" in value && "key" in value && value.key instanceof CryptoKey;
}
