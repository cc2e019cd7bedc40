// How long to wait before the next attempt. Growing, so that a server that is down is not hammered, and
// uneven, so that a full house does not come back in one instant.

const FIRST_MS = 300;
const MOST_MS = 5_000;

export class Backoff {
  #attempts = 0;
  readonly #mostMs: number;
  readonly #random: () => number;

  /** `random` gives numbers from 0 to 1. */
  constructor(mostMs = MOST_MS, random: () => number = Math.random) {
    this.#mostMs = mostMs;
    this.#random = random;
  }

  /** The next wait, up to half longer or shorter than its doubling step. */
  next(): number {
    const step = Math.min(this.#mostMs, FIRST_MS * 2 ** Math.min(this.#attempts, 16));
    this.#attempts += 1;
    return step * (0.5 + this.#random());
  }

  reset(): void {
    this.#attempts = 0;
  }
}
