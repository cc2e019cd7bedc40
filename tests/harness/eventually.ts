// Waiting for something to become true, and saying what was seen instead when it does not.

import { setTimeout as sleep } from "node:timers/promises";

export { sleep };

/** What a look at the world gave: true, or words for what was there instead. */
export type Look = true | string;

export interface Patience {
  /** How long to wait at most, in milliseconds. */
  within?: number;
  /** The pause between two looks. */
  every?: number;
}

/** Looks again and again until the look is true; gives back the milliseconds that it took. */
export async function eventually(what: string, look: () => Promise<Look> | Look, patience: Patience = {}): Promise<number> {
  const { within = 15_000, every = 100 } = patience;
  const start = performance.now();
  let seen: Look = "nothing yet";
  for (;;) {
    try {
      seen = await look();
    } catch (error) {
      // A page that is just being replaced cannot be asked; that is a look like any other.
      seen = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    }
    const elapsed = performance.now() - start;
    if (seen === true) return elapsed;
    if (elapsed > within) throw new Error(`${what}: not within ${within} ms; last seen: ${seen}`);
    await sleep(every);
  }
}

/** Looks again and again for the whole time; the first look that is not true ends it. */
export async function throughout(what: string, span: number, look: () => Promise<Look> | Look, every = 200): Promise<void> {
  const start = performance.now();
  while (performance.now() - start < span) {
    const seen = await look();
    if (seen !== true) {
      throw new Error(`${what}: not so after ${Math.round(performance.now() - start)} ms of ${span} ms: ${seen}`);
    }
    await sleep(every);
  }
}
