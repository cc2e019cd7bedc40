import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { ServerMessage } from "../protocol";
import { Socket, type SocketHooks } from "./socket";

/** A socket whose other end is this test. */
class Wire extends EventTarget {
  static readonly OPEN = 1;
  static all: Wire[] = [];
  static get last(): Wire {
    const wire = Wire.all.at(-1);
    if (!wire) throw new Error("no socket was opened");
    return wire;
  }
  readyState = 0;
  readonly sent: Record<string, unknown>[] = [];
  constructor(readonly url: string) {
    super();
    Wire.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close(): void {
    this.readyState = 3;
  }

  opens(): void {
    this.readyState = Wire.OPEN;
    this.dispatchEvent(new Event("open"));
  }
  says(value: unknown): void {
    this.dispatchEvent(new MessageEvent("message", { data: typeof value === "string" ? value : JSON.stringify(value) }));
  }
  breaks(): void {
    this.readyState = 3;
    this.dispatchEvent(new Event("close"));
  }
  types(): unknown[] {
    return this.sent.map((frame) => (frame["message"] as { type?: string } | undefined)?.type ?? frame["type"]);
  }
}

const entered = { type: "entered", version: 1, you: "a", resume: "token", resumeWithinMs: 15_000, participants: [] };
const speaking = (seq: number, ack = 0) => ({ seq, ack, message: { type: "speaking", participants: [] } });

describe("Socket", () => {
  let heard: string[];
  let messages: ServerMessage[];
  let socket: Socket;

  const hooks: SocketHooks = {
    onEntered: () => heard.push("entered"),
    onWaiting: ({ you }) => heard.push(`waiting ${you}`),
    onMessage: (message) => messages.push(message),
    onBroken: () => heard.push("broken"),
    onResumed: () => heard.push("resumed"),
    onGone: (refusal) => heard.push(`gone ${refusal ?? ""}`),
  };

  const enter = () => {
    socket = new Socket("ws://here/signal", { type: "enter", version: 1, grant: "g" }, hooks);
    Wire.last.opens();
    Wire.last.says(entered);
    return Wire.last;
  };

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", Wire);
    Wire.all = [];
    heard = [];
    messages = [];
  });
  afterEach(() => {
    socket.close();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("keeps a place before the room like one inside", () => {
    const wire = enter();
    wire.breaks();
    vi.advanceTimersByTime(5_000);
    expect(heard).toContain("broken");
    socket.close();
    heard = [];
    socket = new Socket("ws://here/signal", { type: "enter", version: 1, grant: "g" }, hooks);
    Wire.last.opens();
    Wire.last.says({ type: "waiting", version: 1, you: "w", resume: "waits", resumeWithinMs: 15_000 });
    expect(heard).toEqual(["waiting w"]);
    Wire.last.says({ seq: 1, ack: 0, message: { type: "admitted", clockMs: 0, participants: [] } });
    expect(messages.at(-1)?.type).toBe("admitted");
  });

  it("opens with its ticket, then speaks in numbered frames", () => {
    const wire = enter();
    socket.send({ type: "watch", tiles: [] });
    expect(wire.sent).toEqual([
      { type: "enter", version: 1, grant: "g" },
      { seq: 1, ack: 0, message: { type: "watch", tiles: [] } },
    ]);
    expect(heard).toEqual(["entered"]);
  });

  it("resumes at once after a break and repeats what may be lost", () => {
    const wire = enter();
    wire.says(speaking(1));
    socket.send({ type: "watch", tiles: [] });
    socket.send({ type: "publish", microphone: true, camera: false, music: false, layers: [] });
    wire.breaks();
    vi.advanceTimersByTime(0);
    const next = Wire.last;
    expect(next).not.toBe(wire);
    socket.send({ type: "leave" });
    next.opens();
    expect(next.sent[0]).toEqual({ type: "resume", version: 1, token: "token", ack: 1 });
    next.says({ type: "resumed", ack: 1 });
    expect(next.sent.slice(1).map((frame) => frame["seq"])).toEqual([2, 3]);
    expect(heard).toEqual(["entered", "broken", "resumed"]);
    // What the server repeats, too, is heard once.
    next.says(speaking(1));
    next.says(speaking(2));
    expect(messages).toHaveLength(2);
  });

  it("notices a socket that is open and dead", () => {
    const wire = enter();
    vi.advanceTimersByTime(5_500);
    expect(wire.types()).toContain("ping");
    vi.advanceTimersByTime(3_500);
    expect(heard).toEqual(["entered", "broken"]);
    expect(Wire.all).toHaveLength(2);
  });

  it("stays with a socket that answers", () => {
    const wire = enter();
    for (let second = 0; second < 60; second += 1) {
      vi.advanceTimersByTime(1_000);
      if (wire.types().at(-1) === "ping") wire.says({ seq: 0, ack: 0, message: { type: "pong" } });
    }
    expect(heard).toEqual(["entered"]);
    expect(wire.types().filter((type) => type === "ping").length).toBeLessThan(14);
  });

  it("acknowledges soon even when there is nothing to say", () => {
    const wire = enter();
    wire.says(speaking(1));
    vi.advanceTimersByTime(2_600);
    expect(wire.sent.at(-1)).toEqual({ seq: 0, ack: 1, message: { type: "ping" } });
  });

  it("gives the place up when the server does, or when the time is over", () => {
    const wire = enter();
    wire.breaks();
    vi.advanceTimersByTime(0);
    Wire.last.opens();
    Wire.last.says({ type: "refused", refusal: "resumeUnknown" });
    expect(heard).toEqual(["entered", "broken", "gone resumeUnknown"]);

    heard = [];
    enter().breaks();
    for (let second = 0; second < 25; second += 1) {
      vi.advanceTimersByTime(1_000);
      if (Wire.last.readyState === 0) Wire.last.breaks();
    }
    expect(heard).toEqual(["entered", "broken", "gone "]);
  });

  it("gives up a place whose story has a gap, or is not understood", () => {
    enter().says(speaking(2));
    expect(heard).toEqual(["entered", "gone "]);
    heard = [];
    enter().says("no JSON");
    expect(heard).toEqual(["entered", "gone "]);
    expect(messages).toEqual([]);
  });

  it("counts a message that it does not know", () => {
    const wire = enter();
    wire.says({ seq: 1, ack: 0, message: { type: "weather" } });
    wire.says(speaking(2));
    expect(heard).toEqual(["entered"]);
  });

  it("does not wait for its turn when the network is back", () => {
    const wire = enter();
    wire.breaks();
    vi.advanceTimersByTime(0);
    Wire.last.breaks();
    const before = Wire.all.length;
    socket.hurry();
    expect(Wire.all.length).toBe(before + 1);
  });
});
