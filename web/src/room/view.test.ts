import { describe, expect, it } from "vitest";

import type { Participant } from "../protocol";
import { firstView, followed, nextMode, pinOf, readView, withPin, withPinEarlier, withoutPin } from "./view";

const person = (id: string, name?: string): Participant => ({
  id,
  number: 1,
  ...(name === undefined ? {} : { name }),
  microphone: true,
  camera: true,
  music: false,
  link: "connected",
});

describe("pins", () => {
  it("several, each with its size, and in an order of one's own", () => {
    const one = withPin(firstView, person("a", "Anna"), "camera");
    const both = withPin(one, person("b"), "screen", 3);
    expect(both.pins.map(({ participant, weight }) => [participant, weight])).toEqual([
      ["a", 1],
      ["b", 3],
    ]);
    const larger = withPin(both, person("a", "Anna"), "camera", 2);
    expect(larger.pins.map(({ weight }) => weight)).toEqual([2, 3]);
    expect(withPinEarlier(larger, "b", "screen").pins.map(({ participant }) => participant)).toEqual(["b", "a"]);
    expect(withPinEarlier(larger, "a", "camera")).toBe(larger);
    expect(pinOf(withoutPin(larger, "a", "camera"), "a", "camera")).toBeUndefined();
  });

  it("follow their person to a new place by a name that nobody else has", () => {
    const view = withPin(firstView, person("a", "Anna"), "camera", 2);
    expect(followed(view, [person("z", "Anna")]).pins).toEqual([
      { participant: "z", source: "camera", weight: 2, name: "Anna" },
    ]);
    expect(followed(view, [person("y", "Anna"), person("z", "Anna")])).toBe(view);
    expect(followed(view, [person("a", "Anna"), person("z", "Anna")])).toBe(view);
    const nameless = withPin(firstView, person("a"), "camera");
    expect(followed(nameless, [person("z")])).toBe(nameless);
  });
});

describe("what was kept", () => {
  it("comes back as it was", () => {
    const view = withPin({ ...firstView, mode: "speaker", side: "left", hideSelf: true, captions: { shown: false, place: "top", size: 2.75 } }, person("a", "Anna"), "screen", 3);
    expect(readView(JSON.parse(JSON.stringify(view)))).toEqual(view);
  });

  it("is left out where it makes no sense", () => {
    for (const odd of [undefined, null, 7, "tiles", [], { mode: "cinema", side: 3, pins: "all" }]) {
      expect(readView(odd)).toEqual(firstView);
    }
    expect(readView({ pins: [{ participant: 1 }, { participant: "a", source: "microphone" }] }).pins).toEqual([]);
  });
});

it("goes round the modes", () => {
  expect([nextMode("tiles"), nextMode("speaker"), nextMode("quiet")]).toEqual(["speaker", "quiet", "tiles"]);
});
