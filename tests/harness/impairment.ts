// What a bad network does to a datagram. One lane is one direction of one person's way to the server: it says when a
// datagram comes out at the other end, or that it does not. It has no socket and no clock, so that it can be proven
// by itself; `proxy.ts` gives it both.

import { randomFrom, type Random } from "./random.ts";

/** Losses in bursts (Gilbert–Elliott): a chain of two states that takes one step at each datagram. */
export interface Bursts {
  /** The probability of going from good to bad. */
  toBad: number;
  /** The probability of going from bad to good. */
  toGood: number;
  lossInGood: number;
  lossInBad: number;
}

export interface Conditions {
  /** The share that is lost, each datagram for itself. */
  loss: number;
  bursts: Bursts | null;
  delayMs: number;
  /** Up to so much more than the delay. Jitter alone keeps the order, as a queue does. */
  jitterMs: number;
  /** The share that is held back by `reorderMs`, so that later ones overtake it. */
  reorder: number;
  reorderMs: number;
  /** The share that comes twice. */
  duplicate: number;
  /** How much passes, headers of IP and UDP included; null for a link without a limit. */
  rateBps: number | null;
  /** What waits before a limited link at most; what comes then is dropped. */
  queueBytes: number;
  /** Nothing passes. */
  blackhole: boolean;
}

export const PERFECT: Conditions = {
  loss: 0,
  bursts: null,
  delayMs: 0,
  jitterMs: 0,
  reorder: 0,
  reorderMs: 20,
  duplicate: 0,
  rateBps: null,
  // A third of a second at 300 kbit/s: a home router, neither a short queue nor a bloated one.
  queueBytes: 12_000,
  blackhole: false,
};

/** Bursts of `length` datagrams on average that make up `share` of all. */
export function burstsOf(share: number, length: number): Bursts {
  const toGood = 1 / length;
  return { toBad: (toGood * share) / (1 - share), toGood, lossInGood: 0, lossInBad: 1 };
}

/** IPv4 and UDP, which a link carries as well. */
const HEADER_BYTES = 28;

export interface Counts {
  offered: number;
  lost: number;
  /** Found the queue full. */
  overflowed: number;
  duplicated: number;
  reordered: number;
  /** Bytes that came through, headers included. */
  carriedBytes: number;
}

export class Lane {
  #conditions: Conditions = PERFECT;
  /** One source of chance for each kind of harm: to add delay does not change which datagrams are lost. */
  readonly #chance: Record<"loss" | "bursts" | "inBurst" | "jitter" | "reorder" | "duplicate", Random>;
  #bad = false;
  /** When the limited link has sent all that it accepted. */
  #freeAt = 0;
  #lastDue = 0;
  readonly counts: Counts = { offered: 0, lost: 0, overflowed: 0, duplicated: 0, reordered: 0, carriedBytes: 0 };

  constructor(seed: number) {
    const chance = (which: number): Random => randomFrom(Math.imul(seed, 31) + which);
    this.#chance = {
      loss: chance(1), bursts: chance(2), inBurst: chance(3), jitter: chance(4), reorder: chance(5), duplicate: chance(6),
    };
  }

  get conditions(): Conditions {
    return this.#conditions;
  }

  /** From now on the link is perfect but for these. */
  become(conditions: Partial<Conditions>): void {
    this.#conditions = { ...PERFECT, ...conditions };
  }

  /** When a datagram of `bytes` comes out, in milliseconds of the caller's clock: never, once, or twice. */
  carry(now: number, bytes: number): number[] {
    this.counts.offered += 1;
    const duplicate = this.#chance.duplicate.unit() < this.#conditions.duplicate;
    if (this.#loses()) {
      this.counts.lost += 1;
      return [];
    }
    const sentAt = this.#queue(now, bytes + HEADER_BYTES);
    if (sentAt === null) {
      this.counts.overflowed += 1;
      return [];
    }
    this.counts.carriedBytes += bytes + HEADER_BYTES;
    const due = this.#travel(sentAt);
    if (!duplicate) return [due];
    this.counts.duplicated += 1;
    return [due, due];
  }

  #loses(): boolean {
    const { loss, bursts, blackhole } = this.#conditions;
    // Chance is taken every time, so that the same datagrams are lost whatever else happens.
    const alone = this.#chance.loss.unit() < loss;
    let inBurst = false;
    if (bursts) {
      const step = this.#chance.bursts.unit();
      this.#bad = this.#bad ? step >= bursts.toGood : step < bursts.toBad;
      inBurst = this.#chance.inBurst.unit() < (this.#bad ? bursts.lossInBad : bursts.lossInGood);
    }
    return blackhole || alone || inBurst;
  }

  /** When the last bit leaves; null when there is no room to wait. */
  #queue(now: number, bytes: number): number | null {
    const { rateBps, queueBytes } = this.#conditions;
    if (rateBps === null) return now;
    const startsAt = Math.max(now, this.#freeAt);
    const bytesPerMs = rateBps / 8_000;
    if ((startsAt - now) * bytesPerMs + bytes > queueBytes) return null;
    this.#freeAt = startsAt + bytes / bytesPerMs;
    return this.#freeAt;
  }

  #travel(sentAt: number): number {
    const { delayMs, jitterMs, reorder, reorderMs } = this.#conditions;
    const jitter = this.#chance.jitter.unit() * jitterMs;
    const heldBack = this.#chance.reorder.unit() < reorder;
    // Nothing overtakes, not even what comes after a limit was lifted or the delay became less.
    const due = Math.max(sentAt + delayMs + jitter, this.#lastDue);
    if (heldBack) {
      this.counts.reordered += 1;
      return due + reorderMs;
    }
    this.#lastDue = due;
    return due;
  }
}
