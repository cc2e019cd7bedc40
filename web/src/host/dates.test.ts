import { describe, expect, it } from "vitest";

import { coming, moved, oneMore, series, shownDate, withCancelled } from "./dates";

process.env["TZ"] = "Europe/Berlin";

const HOUR = 60 * 60_000;
const WEEK = 7 * 24 * HOUR;
/** A Monday at ten, in the week before clocks are put back. */
const FIRST = new Date(2026, 9, 19, 10, 0).getTime();

describe("the dates of a room", () => {
  it("are at the same time of the clock, whatever clocks do in between", () => {
    const dates = series(FIRST, "weekly", 3).map(({ startsAt }) => startsAt);
    expect(dates.map((at) => new Date(at).getHours())).toEqual([10, 10, 10]);
    expect(dates).toEqual([FIRST, FIRST + WEEK + HOUR, FIRST + 2 * WEEK + HOUR]);
    expect(series(FIRST, "fortnightly", 2).at(1)?.startsAt).toBe(FIRST + 2 * WEEK + HOUR);
  });

  it("tell which comes next, as the server does", () => {
    const occurrences = withCancelled(series(FIRST, "weekly", 3), FIRST + WEEK + HOUR, true);
    const plan = { occurrences, minutes: 60 };
    expect(shownDate(plan, FIRST - 1)).toBe(FIRST);
    expect(shownDate(plan, FIRST + HOUR - 1)).toBe(FIRST);
    expect(shownDate(plan, FIRST + HOUR)).toBe(FIRST + 2 * WEEK + HOUR);
    expect(shownDate(plan, FIRST + 9 * WEEK)).toBe(FIRST + 2 * WEEK + HOUR);
    expect(shownDate({ minutes: 60 }, 0)).toBeUndefined();
    expect(coming(plan, FIRST + HOUR)).toHaveLength(2);
  });

  it("move by being called off where they were", () => {
    const dates = series(FIRST, "weekly", 2);
    expect(moved(dates, FIRST, FIRST + 2 * HOUR)).toEqual([{ startsAt: FIRST, cancelled: true }, { startsAt: FIRST + 2 * HOUR }, dates[1]]);
    expect(moved(dates, FIRST, FIRST)).toEqual(dates);
    // Back to where it was.
    expect(moved(moved(dates, FIRST, FIRST + HOUR), FIRST + HOUR, FIRST)).toEqual([dates[0], { startsAt: FIRST + HOUR, cancelled: true }, dates[1]]);
  });

  it("go on at their distance", () => {
    expect(oneMore(series(FIRST, "fortnightly", 2))).toEqual(series(FIRST, "fortnightly", 3));
    expect(oneMore(series(FIRST, "weekly", 1))).toEqual(series(FIRST, "weekly", 2));
  });
});
