import { describe, expect, it } from "vitest";

import { type Heard, type Listening, listened, notListening } from "./listening";

const EVERY = 100;

/** Lets a microphone be as it is for some time. */
function during(from: Listening, ms: number, heard: Omit<Heard, "at">): Listening {
  let state = from;
  const begin = from.before?.at ?? 0;
  for (let at = EVERY; at <= ms; at += EVERY) state = listened(state, { ...heard, at: begin + at });
  return state;
}

const muted = { on: false, level: 0, dead: true };
const speaking = { on: false, level: 0.7, dead: false };
const heard = { on: true, level: 0.7, dead: false };
const quiet = { on: true, level: 0.02, dead: false };
const dead = { on: true, level: 0, dead: true };

describe("speaking while muted", () => {
  it("is noticed within a second and settled by turning on", () => {
    const noticed = during(during(notListening, 500, muted), 900, speaking);
    expect(noticed.warning).toBe("muted");
    expect(listened(noticed, { ...heard, at: 3_000 }).warning).toBeUndefined();
  });

  it("is not a cough now and then", () => {
    let state = during(notListening, 500, muted);
    for (let time = 0; time < 10; time += 1) state = during(during(state, 300, speaking), 1_500, muted);
    expect(state.warning).toBeUndefined();
  });
});

describe("a microphone that is on", () => {
  it("and gives nothing at all is noticed after three seconds", () => {
    expect(during(notListening, 2_900, dead).warning).toBeUndefined();
    expect(during(notListening, 3_200, dead).warning).toBe("dead");
  });

  it("and comes back is left alone", () => {
    expect(during(during(notListening, 4_000, dead), 200, heard).warning).toBeUndefined();
  });

  it("and was never loud enough is noticed after a while; one that was heard once may be quiet", () => {
    expect(during(notListening, 46_000, quiet).warning).toBe("silent");
    expect(during(during(notListening, 1_000, heard), 60_000, quiet).warning).toBeUndefined();
  });
});
