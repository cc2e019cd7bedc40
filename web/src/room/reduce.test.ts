import { describe, expect, it } from "vitest";

import type { Participant, ServerMessage } from "../protocol";
import { type RoomEvent, reduce } from "./reduce";
import { type RoomState, beginsToPause, holds, initialRoom, near, others, ourselves, slotShowing } from "./state";

const person = (id: string, number: number, more: Partial<Participant> = {}): Participant => ({
  id,
  number,
  microphone: false,
  camera: false,
  music: false,
  link: "connected",
  ...more,
});

const anna = person("a", 1, { name: "Anna" });
const ben = person("b", 2, { camera: true });
const cleo = person("c", 3);

/** A transcript: what happened, one after the other. */
function after(...events: RoomEvent[]): RoomState {
  return events.reduce(reduce, initialRoom);
}

const said = (message: ServerMessage): RoomEvent => ({ type: "message", message });
const entered: RoomEvent = { type: "entered", you: "a", participants: [anna, ben] };

describe("reduce", () => {
  it("knows who shares our group, where the room is split", () => {
    const split = after({ ...entered, participants: [{ ...anna, group: 1 }, ben, { ...cleo, group: 1 }] });
    expect(near(split).map(({ id }) => id)).toEqual(["a", "c"]);
    const back = reduce(split, said({ type: "changed", participant: anna }));
    expect(near(back).map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("knows who is here and who we are", () => {
    const room = after(entered, said({ type: "joined", participant: cleo }));
    expect(ourselves(room)).toEqual(anna);
    expect(others(room)).toEqual([ben, cleo]);
  });

  it("keeps people in the order of their numbers, however news arrives", () => {
    const room = after({ type: "entered", you: "a", participants: [cleo, anna] }, said({ type: "joined", participant: ben }));
    expect(room.participants.map(({ id }) => id)).toEqual(["a", "b", "c"]);
    const muted = reduce(room, said({ type: "changed", participant: { ...anna, microphone: true } }));
    expect(muted.participants.map(({ id }) => id)).toEqual(["a", "b", "c"]);
    expect(muted.participants[0]?.microphone).toBe(true);
  });

  it("fills, exchanges and empties slots", () => {
    const camera = { participant: "b", source: "camera" } as const;
    let room = after(entered, said({ type: "slots", slots: [{ mid: "12", track: camera }] }));
    expect(slotShowing(room, "b", "camera")).toBe("12");
    room = reduce(room, said({ type: "slots", slots: [{ mid: "12", track: { ...camera, participant: "c" } }] }));
    expect(slotShowing(room, "b", "camera")).toBeUndefined();
    expect(slotShowing(room, "c", "camera")).toBe("12");
    room = reduce(room, said({ type: "slots", slots: [{ mid: "12" }] }));
    expect(room.slots.size).toBe(0);
  });

  it("does not show a voice as a picture", () => {
    const room = after(entered, said({ type: "slots", slots: [{ mid: "2", track: { participant: "b", source: "microphone" } }] }));
    expect(slotShowing(room, "b", "camera")).toBeUndefined();
  });

  it("forgets the slots and the speech of those who leave", () => {
    const room = after(
      entered,
      said({ type: "slots", slots: [{ mid: "12", track: { participant: "b", source: "camera" } }] }),
      said({ type: "speaking", participants: ["b", "a"] }),
      said({ type: "left", participant: "b" }),
    );
    expect(others(room)).toEqual([]);
    expect(room.slots.size).toBe(0);
    expect(room.speaking).toEqual(["a"]);
  });

  describe("pictures that are held back", () => {
    const track = (participant: string) => ({ participant, source: "camera" }) as const;
    const filled = after(
      entered,
      said({ type: "slots", slots: [{ mid: "12", track: track("b") }, { mid: "13", track: track("c") }] }),
    );
    const held = reduce(filled, said({ type: "paused", slots: ["12", "13"] }));

    it("are those that the server last named", () => {
      expect(filled.paused.size).toBe(0);
      expect([...held.paused]).toEqual(["12", "13"]);
      expect([...reduce(held, said({ type: "paused", slots: ["13"] })).paused]).toEqual(["13"]);
      expect(reduce(held, said({ type: "paused", slots: [] })).paused.size).toBe(0);
    });

    it("are forgotten when the slot changes hands, and not when it does not", () => {
      const refilled = reduce(held, said({ type: "slots", slots: [{ mid: "12", track: track("d") }, { mid: "13", track: track("c") }] }));
      expect([...refilled.paused]).toEqual(["13"]);
      expect([...reduce(held, said({ type: "slots", slots: [{ mid: "13" }] })).paused]).toEqual(["12"]);
      expect([...reduce(held, said({ type: "left", participant: "b" })).paused]).toEqual(["13"]);
    });

    it("may be named before the slot is filled", () => {
      const early = after(
        entered,
        said({ type: "paused", slots: ["12"] }),
        said({ type: "slots", slots: [{ mid: "12", track: track("b") }] }),
      );
      expect([...early.paused]).toEqual(["12"]);
    });

    it("are none in a new place", () => {
      expect(reduce(held, entered).paused.size).toBe(0);
    });

    it("are worth a word when they begin", () => {
      expect(beginsToPause(filled, held)).toBe(true);
      expect(beginsToPause(held, reduce(held, said({ type: "paused", slots: ["13"] })))).toBe(false);
      expect(beginsToPause(held, filled)).toBe(false);
    });
  });

  it("speaks of a broken socket only while it is broken", () => {
    const broken = after(entered, { type: "signalBroken" });
    expect(broken.signal).toBe("broken");
    expect(others(broken)).toEqual([ben]);
    expect(reduce(broken, { type: "resumed" }).signal).toBe("open");
    // A socket that never let us in has nothing to break.
    expect(after({ type: "signalBroken" }).signal).toBe("entering");
  });

  it("returns by itself after a restart, and shows whom it knew until then", () => {
    const gone = after(
      entered,
      said({ type: "slots", slots: [{ mid: "12", track: { participant: "b", source: "camera" } }] }),
      said({ type: "closing", reason: "restart" }),
    );
    expect(gone.signal).toBe("returning");
    expect(others(gone)).toEqual([ben]);
    const back = reduce(gone, { type: "entered", you: "x", participants: [person("x", 1)] });
    expect(back).toMatchObject({ signal: "open", you: "x" });
    expect(others(back)).toEqual([]);
    expect(back.slots.size).toBe(0);
    expect(after(entered, said({ type: "closing", reason: "lost" })).signal).toBe("returning");
  });

  it("ends for good when replaced, refused or left", () => {
    const replaced = after(entered, said({ type: "closing", reason: "replaced" }));
    expect(replaced.ending).toEqual({ type: "replaced" });
    expect(reduce(replaced, entered)).toBe(replaced);
    expect(after({ type: "refused", refusal: "roomFull" }).ending).toEqual({ type: "refused", refusal: "roomFull" });
    expect(after(entered, { type: "left" }).ending).toEqual({ type: "left" });
  });

  it("leaves the room alone for what is the connection's business", () => {
    const room = after(entered);
    for (const message of [
      { type: "answer", offer: 1, sdp: "" },
      { type: "demand", source: "camera", layers: [true, false, false] },
      { type: "refused", refusal: "malformed" },
      { type: "pong" },
    ] satisfies ServerMessage[]) {
      expect(reduce(room, said(message))).toBe(room);
    }
  });

  it("survives a message that it does not know", () => {
    const room = after(entered);
    expect(reduce(room, said({ type: "weather" } as unknown as ServerMessage))).toBe(room);
  });
});

describe("before the room", () => {
  const knock = (id: string, since: number) => ({ id, since, connected: true });
  const say = (room: RoomState, message: ServerMessage) => reduce(room, said(message));

  it("knows nothing of what is inside, also when it was inside before", () => {
    const inside = after({ type: "entered", you: "a", participants: [], knocks: [knock("k", 1)], arrangement: { rules: ["locked"] } });
    for (const room of [reduce(inside, { type: "waiting", you: "a" }), say(inside, { type: "sentBack" })]) {
      expect(room).toMatchObject({ waiting: true, you: "a", participants: [], knocks: [], arrangement: {}, signal: "open" });
    }
  });

  it("ends by entering", () => {
    const waiting = after({ type: "waiting", you: "a" });
    expect(reduce(waiting, { type: "entered", you: "a", participants: [] }).waiting).toBe(false);
  });

  it("is seen by hosts in the order of coming, each once", () => {
    let room = after({ type: "entered", you: "a", participants: [], knocks: [knock("late", 9)] });
    room = say(room, { type: "knocking", knock: knock("early", 3) });
    room = say(room, { type: "knocking", knock: { ...knock("late", 9), microphone: true } });
    expect(room.knocks.map(({ id }) => id)).toEqual(["early", "late"]);
    expect(room.knocks[1]?.microphone).toBe(true);
    room = say(room, { type: "knockEnded", participant: "early" });
    expect(room.knocks.map(({ id }) => id)).toEqual(["late"]);
  });

  it("is forgotten by who is host no longer, and locks are told", () => {
    const made = person("a", 1, { role: "coHost" });
    const host = after({ type: "entered", you: "a", participants: [made], knocks: [knock("k", 1)] });
    expect(say(host, { type: "changed", participant: made }).knocks).toHaveLength(1);
    expect(say(host, { type: "changed", participant: anna }).knocks).toEqual([]);
    expect(holds(say(host, { type: "arranged", arrangement: { rules: ["locked"] } }), "locked")).toBe(true);
  });

  it("and being sent away are ends that nobody comes back from by themselves", () => {
    const inside = after({ type: "entered", you: "a", participants: [] });
    expect(say(inside, { type: "closing", reason: "removed" }).ending).toEqual({ type: "removed" });
    expect(say(inside, { type: "closing", reason: "withdrawn" }).ending).toEqual({ type: "withdrawn" });
    expect(say(inside, { type: "closing", reason: "ended" }).ending).toEqual({ type: "over" });
  });
});
