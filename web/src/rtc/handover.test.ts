import { expect, it } from "vitest";

import { moveIn, moveOut } from "./handover";

it("hides a slot's picture until the one before can no longer be on it", () => {
  const slot = {} as MediaStream;
  expect(moveIn(slot, "anna", 0)).toBe(0);
  moveOut(slot, "anna", 1_000);
  // Ben moves in while frames of Anna may still be on their way.
  expect(moveIn(slot, "ben", 1_100)).toBe(300);
  moveOut(slot, "ben", 5_000);
  expect(moveIn(slot, "ben", 5_001)).toBe(0);
  moveOut(slot, "ben", 6_000);
  expect(moveIn(slot, "anna", 9_000)).toBe(0);
});
