import { describe, expect, it } from "vitest";

import type { Participant } from "../protocol";
import { type Cast, type Picture, sceneFor } from "./scene";
import { firstView, withPin } from "./view";
import { watchedIn } from "./watched";

const DESKTOP = { width: 1248, height: 640, gap: 12 };
const PHONE = { width: 372, height: 620, gap: 8 };

const person = (number: number, more: Partial<Participant> = {}): Participant => ({
  id: String(number).padStart(16, "0"),
  number,
  microphone: true,
  camera: true,
  music: false,
  link: "connected",
  ...more,
});

const people = (count: number, more: Partial<Participant> = {}) =>
  Array.from({ length: count }, (_, index) => person(index + 1, index === count - 1 ? more : {}));

const cast = (all: readonly Participant[], dominant?: string, interpreter?: string): Cast => ({
  you: person(1).id,
  people: all,
  dominant,
  alwaysSeen: ({ id }) => id === interpreter,
});

const speaker = { ...firstView, mode: "speaker" } as const;
const numbers = (pictures: readonly Picture[]) => pictures.map(({ participant }) => participant.number);
const large = (pictures: readonly Picture[]) => pictures.filter(({ role }) => role === "large");

function overlap(one: Picture, other: Picture): boolean {
  return (
    one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height
  );
}

describe("a scene", () => {
  it("never puts one picture over another or beyond the edge, the inset apart", () => {
    const shares = [people(5), people(5, { screen: true }), people(40), people(40, { screen: true })];
    for (const stage of [DESKTOP, PHONE, { width: 700, height: 300, gap: 8 }]) {
      for (const all of shares) {
        for (const mode of ["tiles", "speaker", "quiet"] as const) {
          for (const side of ["auto", "right", "left", "bottom", "top"] as const) {
            for (const pins of [0, 1, 2, 3, 4]) {
              let view = { ...firstView, mode, side };
              for (let pin = 0; pin < pins; pin += 1) view = { ...view, ...withPin(view, person(pin + 2), "camera", pin === 0 ? 3 : 1), mode, side };
              const { pictures } = sceneFor(stage, view, cast(all, person(3).id), 0);
              const solid = pictures.filter(({ role }) => role !== "inset");
              for (const [index, one] of solid.entries()) {
                expect(one.x >= 0 && one.y >= 0 && one.x + one.width <= stage.width + 1 && one.y + one.height <= stage.height + 1).toBe(true);
                for (const other of solid.slice(index + 1)) expect(overlap(one, other)).toBe(false);
              }
            }
          }
        }
      }
    }
  });

  it("shows two people large and small", () => {
    const { pictures } = sceneFor(DESKTOP, firstView, cast(people(2)), 0);
    expect(pictures.map(({ role, participant }) => [role, participant.number])).toEqual([
      ["tile", 2],
      ["inset", 1],
    ]);
  });

  it("shows the speaker large, the others at the right, and below on an upright phone", () => {
    const { pictures } = sceneFor(DESKTOP, speaker, cast(people(5), person(4).id), 0);
    const [main] = large(pictures);
    const small = pictures.filter(({ role }) => role === "small");
    expect(main?.participant.number).toBe(4);
    expect(numbers(small)).toEqual([1, 2, 3, 5]);
    expect(small.every(({ x }) => x > (main?.x ?? 0) + (main?.width ?? 0))).toBe(true);
    const upright = sceneFor(PHONE, speaker, cast(people(5), person(4).id), 0).pictures;
    const [onTop] = large(upright);
    const below = upright.filter(({ role }) => role === "small");
    expect(below.every(({ y }) => y >= (onTop?.y ?? 0) + (onTop?.height ?? 0))).toBe(true);
  });

  it("lets a pin win over who speaks and over a share", () => {
    const all = people(6, { screen: true });
    const view = withPin(withPin(speaker, person(2), "camera", 2), person(3), "camera");
    const main = large(sceneFor(DESKTOP, view, cast(all, person(4).id), 0).pictures);
    expect(numbers(main)).toEqual([2, 3]);
    expect((main[0]?.width ?? 0) > (main[1]?.width ?? 0)).toBe(true);
  });

  it("shows a share large with the speaker first beside it, and the one that was chosen", () => {
    const all = [person(1), person(2, { screen: true }), person(3, { screen: true }), person(4), person(5)];
    const newest = sceneFor(DESKTOP, firstView, cast(all, person(5).id), 0).pictures;
    expect(large(newest).map(({ participant, source }) => [participant.number, source])).toEqual([[3, "screen"]]);
    const first = newest.filter(({ role }) => role === "small").sort((one, other) => one.y - other.y)[0];
    expect(first?.participant.number).toBe(5);
    const chosen = sceneFor(DESKTOP, { ...firstView, share: person(2).id }, cast(all), 0).pictures;
    expect(numbers(large(chosen))).toEqual([2]);
  });

  it("keeps the order of tiles, whoever speaks", () => {
    for (const view of [firstView, speaker]) {
      const orders = [2, 3, 4].map((number) => numbers(sceneFor(DESKTOP, view, cast(people(6), person(number).id), 0).pictures));
      expect(new Set(orders.map(String)).size).toBe(1);
    }
  });

  it("turns pages, and never pages an interpreter away", () => {
    for (const view of [firstView, speaker, { ...firstView, mode: "quiet" } as const]) {
      const all = cast(people(60), person(3).id, person(50).id);
      const { pages } = sceneFor(DESKTOP, view, all, 0);
      for (let page = 0; page < pages; page += 1) {
        expect(numbers(sceneFor(DESKTOP, view, all, page).pictures)).toContain(50);
      }
      if (view.mode !== "quiet") expect(pages).toBeGreaterThan(1);
    }
    const everyone = new Set<number>();
    const all = cast(people(60), undefined, person(50).id);
    for (let page = 0; page < 10; page += 1) numbers(sceneFor(DESKTOP, firstView, all, page).pictures).forEach((one) => everyone.add(one));
    expect(everyone.size).toBe(60);
  });

  it("shows four to six to a page on a phone", () => {
    const { pictures } = sceneFor(PHONE, firstView, cast(people(30)), 0);
    expect(pictures.length).toBeGreaterThanOrEqual(4);
    expect(pictures.length).toBeLessThanOrEqual(6);
  });

  it("hides the own picture where that is wanted, and all but the speaker in the quiet view", () => {
    const hidden = sceneFor(DESKTOP, { ...firstView, hideSelf: true }, cast(people(4)), 0).pictures;
    expect(numbers(hidden)).toEqual([2, 3, 4]);
    const quiet = sceneFor(DESKTOP, { ...firstView, mode: "quiet" }, cast(people(9), person(5).id), 0).pictures;
    expect(numbers(quiet)).toEqual([5]);
    // Whoever is alone still has something to look at.
    expect(numbers(sceneFor(DESKTOP, { ...firstView, hideSelf: true }, cast(people(1)), 0).pictures)).toEqual([1]);
  });
});

describe("what is asked of the server", () => {
  const never = () => false;

  it("is what is in sight, at the size in which it is drawn", () => {
    const scene = sceneFor(DESKTOP, firstView, cast(people(60)), 0);
    const tiles = watchedIn(scene, person(1).id, never, 2);
    expect(tiles.length).toBe(scene.pictures.length - 1);
    const [first] = tiles;
    const drawn = scene.pictures.find(({ participant }) => participant.id === first?.participant);
    expect(first?.height).toBeGreaterThanOrEqual((drawn?.height ?? 0) * 2 - 1);
  });

  it("has the screen first, then the large ones, and says what is pinned", () => {
    const all = people(5, { screen: true });
    const view = withPin(withPin(firstView, person(5, { screen: true }), "screen", 2), person(3), "camera");
    const tiles = watchedIn(sceneFor(DESKTOP, view, cast(all), 0), person(1).id, never, 1);
    expect(tiles.map(({ participant, source, pinned }) => [Number(participant), source, pinned ?? false])).toEqual([
      [5, "screen", true],
      [3, "camera", true],
      [2, "camera", false],
      [4, "camera", false],
      [5, "camera", false],
    ]);
  });

  it("never asks for an interpreter smaller than hands can be read", () => {
    const interprets = ({ number }: Participant) => number === 4;
    const tiles = watchedIn(sceneFor(DESKTOP, speaker, cast(people(30), person(2).id, person(4).id), 0), person(1).id, interprets, 1);
    expect(tiles[0]).toMatchObject({ participant: person(4).id, pinned: true });
    expect(tiles[0]?.width).toBeGreaterThanOrEqual(640);
    expect(tiles[0]?.height).toBeGreaterThanOrEqual(480);
  });
});
