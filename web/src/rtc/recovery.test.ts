import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Backoff } from "./backoff";
import { Recovery } from "./recovery";

describe("Recovery", () => {
  let done: string[];
  let recovery: Recovery;
  const make = () => new Recovery({ restart: () => done.push("restart"), renew: () => done.push("renew") });

  beforeEach(() => {
    vi.useFakeTimers();
    done = [];
    recovery = make();
  });
  afterEach(() => {
    recovery.stop();
    vi.useRealTimers();
  });

  it("waits two seconds for what heals by itself", () => {
    recovery.onHealth("connected");
    recovery.onHealth("disconnected");
    vi.advanceTimersByTime(1_900);
    recovery.onHealth("connected");
    vi.advanceTimersByTime(60_000);
    expect(done).toEqual([]);
  });

  it("restarts after two seconds, and builds anew when that does not help within ten", () => {
    recovery.onHealth("connected");
    recovery.onHealth("disconnected");
    vi.advanceTimersByTime(2_000);
    expect(done).toEqual(["restart"]);
    vi.advanceTimersByTime(9_900);
    expect(done).toEqual(["restart"]);
    vi.advanceTimersByTime(200);
    expect(done).toEqual(["restart", "renew"]);
  });

  it("restarts at once when the way has failed, and only once", () => {
    recovery.onHealth("connected");
    recovery.onHealth("failed");
    recovery.onHealth("failed");
    expect(done).toEqual(["restart"]);
    recovery.onHealth("connected");
    vi.advanceTimersByTime(60_000);
    expect(done).toEqual(["restart"]);
  });

  it("builds a connection anew that never came up", () => {
    vi.advanceTimersByTime(10_000);
    expect(done).toEqual(["renew"]);
  });

  it("does not rebuild an unusable connection in a tight loop", () => {
    recovery.onHealth("unusable");
    vi.advanceTimersByTime(2_900);
    expect(done).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(done).toEqual(["renew"]);
  });

  it("negotiates nothing while there is no socket, and looks after it once there is", () => {
    recovery.onHealth("connected");
    recovery.onSignal(false);
    recovery.onHealth("disconnected");
    vi.advanceTimersByTime(30_000);
    expect(done).toEqual([]);
    recovery.onSignal(true);
    expect(done).toEqual(["restart"]);
  });

  it("does not wait when the device has a network again", () => {
    recovery.onHealth("connected");
    recovery.onHealth("disconnected");
    recovery.onOnline();
    expect(done).toEqual(["restart"]);
  });
});

describe("Backoff", () => {
  it("grows to five seconds, half as long or half again", () => {
    const least = new Backoff(undefined, () => 0);
    const most = new Backoff(undefined, () => 1);
    const take = (backoff: Backoff) => Array.from({ length: 7 }, () => backoff.next());
    expect(take(least)).toEqual([150, 300, 600, 1_200, 2_400, 2_500, 2_500]);
    expect(take(most)).toEqual([450, 900, 1_800, 3_600, 7_200, 7_500, 7_500]);
    least.reset();
    expect(least.next()).toBe(150);
  });
});
