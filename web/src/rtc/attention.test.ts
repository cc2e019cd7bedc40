import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { watchAttention } from "./attention";

class PretendedDocument extends EventTarget {
  visibilityState: DocumentVisibilityState = "visible";

  turn(state: DocumentVisibilityState): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

describe("watchAttention", () => {
  let page: PretendedDocument;
  let told: boolean[];
  let stop: () => void;

  beforeEach(() => {
    vi.useFakeTimers();
    page = new PretendedDocument();
    vi.stubGlobal("document", page);
    told = [];
    stop = watchAttention((seen) => told.push(seen));
  });
  afterEach(() => {
    stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("says nothing of a glance at another tab", () => {
    page.turn("hidden");
    vi.advanceTimersByTime(4_900);
    page.turn("visible");
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([]);
  });

  it("tells of an absence after a while, and of the return at once", () => {
    page.turn("hidden");
    vi.advanceTimersByTime(5_100);
    expect(told).toEqual([false]);
    page.turn("visible");
    expect(told).toEqual([false, true]);
  });

  it("knows a page that was opened behind others", () => {
    page.visibilityState = "hidden";
    const heard: boolean[] = [];
    const end = watchAttention((seen) => heard.push(seen));
    vi.advanceTimersByTime(5_100);
    expect(heard).toEqual([false]);
    end();
  });

  it("is silent once stopped", () => {
    page.turn("hidden");
    stop();
    vi.advanceTimersByTime(60_000);
    page.turn("visible");
    expect(told).toEqual([]);
  });
});
