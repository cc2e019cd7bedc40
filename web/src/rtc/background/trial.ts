// Whether a device can carry it, judged by a trial of its own: some pictures, outlined and put together as in earnest.

/** What a trial found: the middle of several measurements, in milliseconds for one picture. */
export interface Trial {
  readonly lookMs: number;
  readonly composeMs: number;
  /** Whether a graphics card puts the pictures together. */
  readonly card: boolean;
}

/** Looking for the person takes longer on a device that will not keep up with a conversation beside it. */
const MOST_LOOK_MS = 40;

/** Milliseconds of work for one second of picture: more than this, and voice and picture suffer. */
const MOST_WORK_MS = 700;

export const LOOKS_A_SECOND = 12;
export const PICTURES_A_SECOND = { card: 30, plain: 15 } as const;

export function carries({ lookMs, composeMs, card }: Trial): boolean {
  const pictures = card ? PICTURES_A_SECOND.card : PICTURES_A_SECOND.plain;
  const work = LOOKS_A_SECOND * lookMs + pictures * composeMs;
  return lookMs <= MOST_LOOK_MS && work <= MOST_WORK_MS;
}

export function middleOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY;
}
