// The present moment for a clock that is looked at: it moves while someone wants it to.

/** Twice a second, so that no second is skipped before the eye. */
const TICK_MS = 500;

/** To be made while a component is. */
export class Seconds {
  #now = $state(Date.now());

  constructor(wanted: () => boolean) {
    $effect(() => {
      if (!wanted()) return undefined;
      this.#now = Date.now();
      const ticks = setInterval(() => (this.#now = Date.now()), TICK_MS);
      return () => clearInterval(ticks);
    });
  }

  /** In milliseconds since 1970. */
  get now(): number {
    return this.#now;
  }
}
