// Seeded randomness, so that a failing run can be had again: print the seed, set it with SEED=.

export interface Random {
  /** From 0 to 1, never 1 itself. */
  unit(): number;
  below(limit: number): number;
  pick<T>(of: readonly T[]): T;
  bytes(length: number): Buffer;
  /** Any characters, quotes and control characters among them. */
  text(length: number): string;
  letters(length: number): string;
}

/** Mulberry32: small, and good enough for rubbish. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  return {
    unit: next,
    below,
    pick<T>(of: readonly T[]): T {
      const one = of[below(of.length)];
      if (one === undefined) throw new Error("nothing to pick from");
      return one;
    },
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
    text(length) {
      // Long texts repeat: making them must not take the time of the browsers beside.
      const piece = Array.from({ length: Math.min(length, 500) }, () => String.fromCharCode(below(10) === 0 ? below(0xd7ff) : 32 + below(95))).join("");
      return piece.repeat(Math.ceil(length / Math.max(1, piece.length))).slice(0, length);
    },
    letters: (length) => Array.from({ length }, () => letters[below(letters.length)] ?? "a").join(""),
  };
}
