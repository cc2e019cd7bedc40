// The bad network itself: what it is told to lose, delay or hold back, it does, and with the same seed the same.
//
// Seen to fail: losses, with chance from `Math.random`, with one source of chance for all harms, with a chain that does
// not remember its state, and with a black hole that takes no chance; time, with a queue without a bound, with a link
// 7 % too fast, with jitter that lets datagrams overtake, with reordering and duplicates left out, with retries at even
// intervals, and with departures that are not sorted.

import { describe, expect, test } from "vitest";
import { Departures } from "../harness/departures.ts";
import { eventually } from "../harness/eventually.ts";
import { note } from "../harness/figures.ts";
import { burstsOf, Lane, type Conditions } from "../harness/impairment.ts";
import { nextRetry } from "../harness/scissors.ts";

const COUNT = 20_000;

interface Course {
  lane: Lane;
  /** For each datagram the times at which it came out. */
  out: number[][];
}

/** `count` datagrams of `bytes`, one each `everyMs`. */
function course(seed: number, conditions: Partial<Conditions>, { count = COUNT, everyMs = 1, bytes = 1_000 } = {}): Course {
  const lane = new Lane(seed);
  lane.become(conditions);
  return { lane, out: Array.from({ length: count }, (_, nth) => lane.carry(nth * everyMs, bytes)) };
}

function lostOf({ out }: Course): number[] {
  return out.flatMap((times, nth) => (times.length === 0 ? [nth] : []));
}

describe("losses", () => {
  test("the same seed loses the same datagrams, another seed others", () => {
    const first = lostOf(course(7, { loss: 0.05 }));
    expect(lostOf(course(7, { loss: 0.05 }))).toEqual(first);
    expect(lostOf(course(8, { loss: 0.05 }))).not.toEqual(first);
  });

  test("delay, jitter and duplicates do not change which are lost", () => {
    const first = lostOf(course(7, { loss: 0.05 }));
    expect(lostOf(course(7, { loss: 0.05, delayMs: 40, jitterMs: 30, duplicate: 0.1, reorder: 0.1 }))).toEqual(first);
  });

  test("as many are lost as was asked for, and each for itself", () => {
    const lost = lostOf(course(3, { loss: 0.05 }));
    note("lost of 5 %", `${(lost.length / COUNT * 100).toFixed(2)} %`);
    expect(lost.length / COUNT).toBeGreaterThan(0.045);
    expect(lost.length / COUNT).toBeLessThan(0.055);
    // The one after a lost one is lost as rarely as any other.
    const pairs = lost.filter((nth, at) => lost[at + 1] === nth + 1).length;
    expect(pairs / lost.length).toBeLessThan(0.1);
  });

  test("bursts make up the same share, in runs of the length that was asked for", () => {
    const lost = lostOf(course(3, { bursts: burstsOf(0.1, 8) }, { count: 100_000 }));
    const runs = lost.filter((nth, at) => lost[at - 1] !== nth - 1).length;
    note("bursts of 10 % and 8", `${(lost.length / 1_000).toFixed(2)} %, ${(lost.length / runs).toFixed(1)} long`);
    expect(lost.length / 100_000).toBeGreaterThan(0.08);
    expect(lost.length / 100_000).toBeLessThan(0.12);
    expect(lost.length / runs).toBeGreaterThan(6.5);
    expect(lost.length / runs).toBeLessThan(9.5);
  });

  test("a black hole lets nothing through, and afterwards chance goes on as if it had not been", () => {
    const whole = new Lane(7);
    const broken = new Lane(7);
    whole.become({ loss: 0.5 });
    broken.become({ loss: 0.5, blackhole: true });
    for (let nth = 0; nth < 100; nth += 1) {
      whole.carry(nth, 100);
      expect(broken.carry(nth, 100)).toEqual([]);
    }
    broken.become({ loss: 0.5 });
    for (let nth = 100; nth < 200; nth += 1) expect(broken.carry(nth, 100)).toEqual(whole.carry(nth, 100));
  });
});

describe("time", () => {
  test("a limited link carries what it was given within 5 %, and its queue is bounded", () => {
    // Four times what fits.
    const { lane, out } = course(1, { rateBps: 300_000, queueBytes: 12_000 }, { count: 3_000, everyMs: 6.67 });
    const last = Math.max(...out.flat());
    const bps = (lane.counts.carriedBytes * 8_000) / last;
    note("through a link of 300 kbit/s", `${Math.round(bps / 1_000)} kbit/s, ${lane.counts.overflowed} of 3000 dropped`);
    expect(bps).toBeGreaterThan(285_000);
    expect(bps).toBeLessThan(315_000);
    // 12 kB at 300 kbit/s are 320 ms.
    const waits = out.flatMap((times, nth) => times.map((at) => at - nth * 6.67));
    expect(Math.max(...waits)).toBeGreaterThan(280);
    expect(Math.max(...waits)).toBeLessThan(321);
  });

  test("a link below its limit delays by no more than the sending", () => {
    const { lane, out } = course(1, { rateBps: 1_200_000 }, { count: 500, everyMs: 10 });
    expect(lane.counts.overflowed).toBe(0);
    for (const [nth, times] of out.entries()) expect((times[0] ?? Infinity) - nth * 10).toBeLessThan(7);
  });

  test("what waited when the limit was lifted is not overtaken", () => {
    const lane = new Lane(1);
    lane.become({ rateBps: 100_000 });
    const before = lane.carry(0, 1_000)[0] ?? Infinity;
    lane.become({});
    expect(lane.carry(1, 1_000)[0]).toBeGreaterThanOrEqual(before);
  });

  test("delay and jitter stay in their bounds and keep the order", () => {
    const { out } = course(5, { delayMs: 50, jitterMs: 30 });
    const times = out.flat();
    const waits = times.map((at, nth) => at - nth);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(50);
    expect(Math.max(...waits)).toBeLessThanOrEqual(80);
    expect(Math.max(...waits)).toBeGreaterThan(75);
    expect(times.every((at, nth) => nth === 0 || at >= (times[nth - 1] ?? 0))).toBe(true);
  });

  test("as many are overtaken, and as many come twice, as was asked for", () => {
    const { lane, out } = course(5, { reorder: 0.02, reorderMs: 20, duplicate: 0.01 });
    const firsts = out.map((times) => times[0] ?? 0);
    const overtaken = firsts.filter((at, nth) => at > (firsts[nth + 1] ?? Infinity)).length;
    expect(overtaken / COUNT).toBeGreaterThan(0.015);
    expect(overtaken / COUNT).toBeLessThan(0.025);
    expect(out.filter((times) => times.length === 2).length).toBe(lane.counts.duplicated);
    expect(lane.counts.duplicated / COUNT).toBeGreaterThan(0.007);
    expect(lane.counts.duplicated / COUNT).toBeLessThan(0.013);
  });

  test("what is due first leaves first, and what is due together leaves as it came", async () => {
    const left: string[] = [];
    const departures = new Departures<string>((item) => left.push(item));
    const now = performance.now();
    for (const [inMs, item] of [[60, "c"], [30, "a"], [60, "d"], [30, "b"], [90, "e"]] as const) departures.add(now + inMs, item);
    expect(left).toEqual([]);
    await eventually("all have left", () => (departures.waiting === 0 ? true : left.join("")), { within: 3_000, every: 5 });
    expect(performance.now() - now).toBeGreaterThanOrEqual(90);
    expect(left.join("")).toBe("abcde");
  });

  test("after an outage TCP tries again at doubling intervals", () => {
    // Sent at 100; tried again at 300, 700, 1500, 3100, 6300, 12700.
    expect(nextRetry(100, 250, 200)).toBe(300);
    expect(nextRetry(100, 1_600, 200)).toBe(3_100);
    expect(nextRetry(100, 10_000, 200)).toBe(12_700);
  });
});
