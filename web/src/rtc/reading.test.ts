import { describe, expect, it } from "vitest";

import { after, before, drawn, partsOf, windowOf } from "./reading";

const PORTRAIT = { width: 595, height: 842 };
const SLIDE = { width: 960, height: 540 };

describe("reading a paper", () => {
  it("shows a page whole and as large as it may be", () => {
    expect(drawn(PORTRAIT, false)).toEqual({ width: 1018, height: 1440 });
    expect(drawn(SLIDE, false)).toEqual({ width: 1920, height: 1080 });
    expect(partsOf(PORTRAIT, false)).toBe(1);
  });

  it("reads a tall page close up in parts that overlap and end where it ends", () => {
    const parts = partsOf(PORTRAIT, true);
    expect(parts).toBe(3);
    const windows = Array.from({ length: parts }, (_, part) => windowOf(PORTRAIT, true, part));
    expect(windows.map(({ top }) => top)).toEqual([0, 819, 1637]);
    const end = windows.map(({ top, height }) => top + height).at(-1);
    expect(end).toBe(drawn(PORTRAIT, true).height);
    expect(partsOf(SLIDE, true)).toBe(1);
  });

  it("goes on from part to part and page to page, and back the same way", () => {
    expect(after({ page: 1, part: 0 }, 3, 2)).toEqual({ page: 1, part: 1 });
    expect(after({ page: 1, part: 2 }, 3, 2)).toEqual({ page: 2, part: 0 });
    expect(after({ page: 2, part: 2 }, 3, 2)).toBeUndefined();
    expect(before({ page: 2, part: 0 })).toEqual({ page: 1, part: "last" });
    expect(before({ page: 1, part: 1 })).toEqual({ page: 1, part: 0 });
    expect(before({ page: 1, part: 0 })).toBeUndefined();
  });
});
