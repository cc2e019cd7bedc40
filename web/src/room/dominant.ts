// Who is shown large, of those who speak: the loudest, but with patience. A cough or a "mhm" changes nothing.

export interface Dominant {
  /** Who is shown; stays after they fell silent. */
  readonly id: string | undefined;
  /** Since when. */
  readonly since: number;
  /** Who has been loudest of late, and since when. */
  readonly candidate: { readonly id: string; readonly since: number } | undefined;
}

export const nobody: Dominant = { id: undefined, since: Number.NEGATIVE_INFINITY, candidate: undefined };

/** So long somebody must be the loudest before they take over: longer than a "yes". */
const TAKES_OVER_AFTER_MS = 800;

/** So long whoever has been made large stays so at least. */
const STAYS_MS = 2_000;

/**
 * The next value. `speaking` is who is heard, loudest first, without ourselves; `present` who could be shown. `again`
 * says when to ask next if nothing happens before.
 */
export function step(
  before: Dominant,
  speaking: readonly string[],
  present: ReadonlySet<string>,
  now: number,
): { readonly dominant: Dominant; readonly again: number | undefined } {
  const shown = before.id !== undefined && present.has(before.id) ? before.id : undefined;
  const loudest = speaking.find((id) => present.has(id));
  if (loudest === undefined || loudest === shown) {
    const settled = { id: shown, since: before.since, candidate: undefined };
    return { dominant: same(before, settled) ? before : settled, again: undefined };
  }
  // Nobody is large yet: the first one need not wait.
  if (shown === undefined) return { dominant: { id: loudest, since: now, candidate: undefined }, again: undefined };
  const candidate = before.candidate?.id === loudest ? before.candidate : { id: loudest, since: now };
  const due = Math.max(candidate.since + TAKES_OVER_AFTER_MS, before.since + STAYS_MS);
  if (now >= due) return { dominant: { id: loudest, since: now, candidate: undefined }, again: undefined };
  const waiting = { id: shown, since: before.since, candidate };
  return { dominant: same(before, waiting) ? before : waiting, again: due - now };
}

function same(one: Dominant, other: Dominant): boolean {
  return one.id === other.id && one.candidate?.id === other.candidate?.id;
}
