// Starts workers of our own. The content policy lets scripts be started only through a policy that it names.

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): {
    createScriptURL(address: string): string;
  };
}

export function ownWorker(address: string, type: WorkerType): Worker {
  return new Worker(trusted(address), { type });
}

/** An address of our own that may be run. */
export function trusted(address: string): string {
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes };
  if (!trustedTypes) return address;
  const own = new URL(address, location.href);
  if (own.origin !== location.origin) throw new TypeError("a worker of our own");
  policy ??= trustedTypes.createPolicy("app", { createScriptURL: (text) => text });
  return policy.createScriptURL(own.href);
}

let policy: ReturnType<TrustedTypes["createPolicy"]> | undefined;
