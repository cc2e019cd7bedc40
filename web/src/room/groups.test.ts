import { describe, expect, it } from "vitest";

import { placementsFor } from "./groups";

const people = Array.from({ length: 31 }, (_, index) => ({ id: String(index) }));

describe("groups by chance", () => {
  it("place everyone once, in groups of nearly the same size", () => {
    const placed = placementsFor("random", people, 10, Math.random);
    expect(new Set(placed.map(({ participant }) => participant)).size).toBe(31);
    const sizes = Array.from({ length: 10 }, (_, index) => placed.filter(({ group }) => group === index + 1).length);
    expect([...sizes].sort()).toEqual([3, 3, 3, 3, 3, 3, 3, 3, 3, 4]);
  });

  it("are not always the same", () => {
    const orders = Array.from({ length: 20 }, () => JSON.stringify(placementsFor("random", people, 2, Math.random)));
    expect(new Set(orders).size).toBeGreaterThan(15);
  });

  it("are made by nobody where people choose, or are sent one by one", () => {
    expect(placementsFor("choose", people, 2, Math.random)).toEqual([]);
    expect(placementsFor("hand", people, 2, Math.random)).toEqual([]);
  });
});
