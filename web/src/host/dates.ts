// The dates of a room. They are told as the server tells them at the door (`dates.rs`).
import type { Occurrence, Plan } from "../protocol";
import { DAY_MS, MINUTE_MS, dayOf } from "./days";

export type Rhythm = "daily" | "weekly" | "fortnightly" | "monthly";

const DAYS: Readonly<Record<Rhythm, number>> = { daily: 1, weekly: 7, fortnightly: 14, monthly: 28 };
/** As many as the server keeps. */
export const MOST_DATES = 200;

type When = Pick<Plan, "occurrences" | "minutes">;

/** The dates that go on or are still to come, those that are called off among them. */
export function coming({ occurrences = [], minutes }: When, now: number): readonly Occurrence[] {
  return occurrences.filter(({ startsAt }) => startsAt + minutes * MINUTE_MS > now);
}

/** The begin of the date that goes on or comes next; of the last one where none does. Undefined for a room for good. */
export function shownDate(plan: When, now: number): number | undefined {
  const holds = (one: Occurrence) => one.cancelled !== true;
  const all = plan.occurrences ?? [];
  return (coming(plan, now).find(holds) ?? all.filter(holds).at(-1) ?? all.at(-1))?.startsAt;
}

/** The same time of the clock again and again, also where clocks are changed in between. */
export function series(first: number, rhythm: Rhythm, count: number): Occurrence[] {
  return Array.from({ length: count }, (_, index) => {
    const date = new Date(first);
    date.setDate(date.getDate() + DAYS[rhythm] * index);
    return { startsAt: date.getTime() };
  });
}

/** One more after the last, at the distance of the last two. */
export function oneMore(occurrences: readonly Occurrence[]): Occurrence[] {
  const [before, last] = [occurrences.at(-2), occurrences.at(-1)];
  if (!last) return [];
  const date = new Date(last.startsAt);
  const days = before ? Math.round((dayOf(last.startsAt) - dayOf(before.startsAt)) / DAY_MS) : 7;
  date.setDate(date.getDate() + Math.max(1, days));
  return [...occurrences, { startsAt: date.getTime() }];
}

/** Calls one off, or puts it back. */
export function withCancelled(occurrences: readonly Occurrence[], startsAt: number, cancelled: boolean): Occurrence[] {
  return occurrences.map((one) => (one.startsAt === startsAt ? { startsAt, ...(cancelled && { cancelled }) } : one));
}

/** One that moves is called off where it was: calendars that know it learn of both. */
export function moved(occurrences: readonly Occurrence[], from: number, to: number): Occurrence[] {
  if (from === to) return [...occurrences];
  const rest = withCancelled(occurrences, from, true).filter(({ startsAt }) => startsAt !== to);
  return [...rest, { startsAt: to }].sort((one, other) => one.startsAt - other.startsAt);
}
