// Days as they are where the browser is.

export const DAY_MS = 24 * 60 * 60_000;

/** The beginning of a moment's day. */
export function dayOf(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** A moment as `datetime-local` wants it. */
export function localTime(at: number): string {
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
