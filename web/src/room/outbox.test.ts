import { describe, expect, it } from "vitest";

import type { ClientMessage, Frame } from "../protocol";
import { Outbox } from "./outbox";

const watch: ClientMessage = { type: "watch", tiles: [] };

describe("Outbox", () => {
  it("numbers from one and names what it has received", () => {
    const box = new Outbox();
    expect(box.post(watch)).toMatchObject({ seq: 1, ack: 0 });
    expect(box.arrive(1, 0)).toBe("fresh");
    expect(box.post(watch)).toMatchObject({ seq: 2, ack: 1 });
    expect(box.passing({ type: "ping" })).toMatchObject({ seq: 0, ack: 1 });
  });

  it("repeats after a resume what was not acknowledged, in order and with fresh acknowledgements", () => {
    const box = new Outbox();
    for (let count = 0; count < 4; count += 1) box.post(watch);
    box.arrive(1, 1);
    expect(box.resume(2).map(({ seq, ack }) => [seq, ack])).toEqual([
      [3, 1],
      [4, 1],
    ]);
    expect(box.resume(4)).toEqual([]);
  });

  it("drops what it had and notices what is missing", () => {
    const box = new Outbox();
    expect(box.arrive(1, 0)).toBe("fresh");
    expect(box.arrive(1, 0)).toBe("duplicate");
    expect(box.arrive(0, 0)).toBe("fresh");
    expect(box.arrive(3, 0)).toBe("gap");
    expect(box.lastReceived).toBe(1);
  });

  it("does not believe an acknowledgement of what it never said", () => {
    const box = new Outbox();
    box.post(watch);
    box.arrive(0, 7);
    expect(box.resume(0)).toHaveLength(1);
  });

  it("knows when it owes an acknowledgement", () => {
    const box = new Outbox();
    expect(box.owesAck).toBe(false);
    box.arrive(1, 0);
    expect(box.owesAck).toBe(true);
    box.passing({ type: "ping" });
    expect(box.owesAck).toBe(false);
  });

  it("loses nothing over a line that breaks again and again", () => {
    // Two sides, a wire that swallows frames from a seed, a resume after every break.
    let seed = 7;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const [one, other] = [new Outbox(), new Outbox()];
    const heard: number[] = [];
    const deliver = (frames: readonly Frame<ClientMessage>[]) => {
      for (const frame of frames) {
        if (random() < 0.4) return;
        if (other.arrive(frame.seq, frame.ack) === "fresh") heard.push((frame.message as { offer: number }).offer);
      }
    };
    for (let offer = 1; offer <= 50; offer += 1) {
      const message: ClientMessage = { type: "offer", offer, sdp: "", sends: [], receives: [], fresh: false };
      const frame = one.post(message);
      if (other.lastReceived === offer - 1) deliver([frame]);
      if (random() < 0.5) deliver(one.resume(other.lastReceived));
    }
    while (other.lastReceived < 50) deliver(one.resume(other.lastReceived));
    expect(heard).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });
});
