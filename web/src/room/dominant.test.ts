import { describe, expect, it } from "vitest";

import { type Dominant, nobody, step } from "./dominant";

const present = new Set(["a", "b", "c"]);

/** Who is large at each moment, while the loudest are as the list says: [from, who]. */
function follow(story: readonly [number, readonly string[]][], until: number): readonly (string | undefined)[] {
  let dominant: Dominant = nobody;
  const seen: (string | undefined)[] = [];
  for (let now = 0; now <= until; now += 100) {
    const speaking = story.filter(([from]) => from <= now).at(-1)?.[1] ?? [];
    dominant = step(dominant, speaking, present, now).dominant;
    if (seen.at(-1) !== dominant.id || seen.length === 0) seen.push(dominant.id);
  }
  return seen;
}

describe("who is large", () => {
  it("the first to speak at once, and still when silent", () => {
    expect(follow([[300, ["a"]], [900, []]], 9_000)).toEqual([undefined, "a"]);
  });

  it("not whoever coughs", () => {
    expect(follow([[0, ["a"]], [5_000, ["b", "a"]], [5_700, ["a", "b"]]], 9_000)).toEqual(["a"]);
  });

  it("whoever goes on for long enough", () => {
    expect(follow([[0, ["a"]], [5_000, ["b"]]], 5_700)).toEqual(["a"]);
    expect(follow([[0, ["a"]], [5_000, ["b"]]], 5_800)).toEqual(["a", "b"]);
  });

  it("nobody for less than two seconds", () => {
    expect(follow([[0, ["a"]], [100, ["b"]]], 1_900)).toEqual(["a"]);
    expect(follow([[0, ["a"]], [100, ["b"]]], 2_000)).toEqual(["a", "b"]);
  });

  it("says when to look again", () => {
    const { dominant } = step(nobody, ["a"], present, 0);
    expect(step(dominant, ["b"], present, 5_000).again).toBe(800);
  });

  it("nobody who has left", () => {
    const { dominant } = step(nobody, ["a"], present, 0);
    expect(step(dominant, [], new Set(["b"]), 100).dominant.id).toBeUndefined();
    expect(step(dominant, ["b"], new Set(["b"]), 100).dominant.id).toBe("b");
  });
});
