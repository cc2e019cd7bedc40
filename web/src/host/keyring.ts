// Keeps the vault key of this browser's login over a reload. It is a key object that the browser does not give out again; it
// goes when its owner signs out. Where a browser keeps nothing, the password is asked for again.

const NAME = "incamera";
const STORE = "vault";

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error("nothing can be kept here"));
  });
}

async function within<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const request = work(database.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(new Error("nothing can be kept here"));
    });
  } finally {
    database.close();
  }
}

export async function keptKey(account: string): Promise<CryptoKey | undefined> {
  const key: unknown = await within("readonly", (store) => store.get(account) as IDBRequest<unknown>).catch(() => undefined);
  return key instanceof CryptoKey ? key : undefined;
}

export async function keepKey(account: string, key: CryptoKey): Promise<void> {
  await within("readwrite", (store) => store.put(key, account)).catch(() => undefined);
}

export async function forgetKeys(): Promise<void> {
  await within("readwrite", (store) => store.clear()).catch(() => undefined);
}
