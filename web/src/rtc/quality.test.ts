import { describe, expect, it } from "vitest";

import { type Judgement, type Sample, countsIn, judged, sampleBetween, unjudged } from "./quality";

const fine: Sample = { loss: 0, roundTrip: 40, paused: 0 };
const bad: Sample = { loss: 0.2, roundTrip: 40, paused: 0 };

const after = (from: Judgement, ...samples: Sample[]) => samples.reduce(judged, from);

describe("the word for a connection", () => {
  it("is said after two samples", () => {
    expect(after(unjudged, fine).quality).toBeUndefined();
    expect(after(unjudged, fine, fine).quality).toBe("good");
  });

  it("does not change with one bad moment", () => {
    const good = after(unjudged, fine, fine);
    expect(after(good, bad, fine, bad, fine).quality).toBe("good");
    expect(after(good, bad, bad).quality).toBe("poor");
  });

  it("becomes better more slowly than worse", () => {
    const poor = after(unjudged, bad, bad);
    expect(after(poor, fine, fine, fine).quality).toBe("poor");
    expect(after(poor, fine, fine, fine, fine).quality).toBe("good");
  });

  it("knows long ways and pictures that are held back", () => {
    expect(after(unjudged, { ...fine, roundTrip: 900 }, { ...fine, roundTrip: 900 }).quality).toBe("poor");
    expect(after(unjudged, { ...fine, paused: 2 }, { ...fine, paused: 2 }).quality).toBe("fair");
    expect(after(unjudged, { ...fine, roundTrip: undefined }, { ...fine, roundTrip: undefined }).quality).toBe("good");
  });
});

describe("what a browser counts", () => {
  const report = (received: number, lost: number, there: number) => [
    { type: "inbound-rtp", packetsReceived: received, packetsLost: lost },
    { type: "inbound-rtp", packetsReceived: 10, packetsLost: -3 },
    { type: "remote-inbound-rtp", fractionLost: there },
    { type: "candidate-pair", state: "failed", nominated: false, currentRoundTripTime: 9 },
    { type: "candidate-pair", state: "succeeded", nominated: true, currentRoundTripTime: 0.05 },
    { type: "codec" },
  ];

  it("is the loss between two looks, the worse of both ways", () => {
    const before = countsIn(report(1_000, 10, 0));
    expect(sampleBetween(before, countsIn(report(1_090, 20, 0)), 0)).toEqual({ loss: 0.1, roundTrip: 50, paused: 0 });
    expect(sampleBetween(before, countsIn(report(1_090, 20, 0.3)), 1)).toEqual({ loss: 0.3, roundTrip: 50, paused: 1 });
  });

  it("is no loss when nothing came, and none when a new connection counts from zero", () => {
    const before = countsIn(report(1_000, 10, 0));
    expect(sampleBetween(before, before, 0).loss).toBe(0);
    expect(sampleBetween(before, countsIn(report(0, 0, 0)), 0).loss).toBe(0);
  });
});
