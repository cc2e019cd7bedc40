import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Music } from "./music";

/** The little of a browser's sound that music needs. */
class PretendedElement extends EventTarget {
  static readonly all: PretendedElement[] = [];
  static refuses = false;
  playing = false;

  constructor(readonly address: string) {
    super();
    PretendedElement.all.push(this);
  }

  async play(): Promise<void> {
    this.playing = true;
    await Promise.resolve();
    if (PretendedElement.refuses) throw new DOMException("not a sound", "NotSupportedError");
    if (!this.playing) throw new DOMException("paused meanwhile", "AbortError");
  }

  pause(): void {
    this.playing = false;
  }
}

class PretendedTrack {
  contentHint = "";
  stopped = false;
  stop(): void {
    this.stopped = true;
  }
}

class PretendedContext {
  static readonly all: PretendedContext[] = [];
  readonly track = new PretendedTrack();
  readonly destination = {};
  readonly currentTime = 0;
  closed = false;

  constructor() {
    PretendedContext.all.push(this);
  }

  async resume(): Promise<void> {
    await Promise.resolve();
  }

  async close(): Promise<void> {
    await Promise.resolve();
    this.closed = true;
  }

  createMediaElementSource() {
    return { connect: () => undefined };
  }

  createMediaStreamDestination() {
    return { channelCount: 1, channelCountMode: "max", stream: { getAudioTracks: () => [this.track] } };
  }
}

class PretendedGain {
  static last = 0;
  readonly gain = { setTargetAtTime: (value: number) => (PretendedGain.last = value) };
  readonly connect = () => undefined;
  constructor(_context: unknown, options: { gain: number }) {
    PretendedGain.last = options.gain;
  }
}

const file = (name: string) => ({ name }) as File;
const last = <T>(list: readonly T[]): T => list[list.length - 1] as T;

describe("Music", () => {
  const held = new Set<string>();

  beforeEach(() => {
    held.clear();
    PretendedElement.refuses = false;
    vi.stubGlobal("Audio", PretendedElement);
    vi.stubGlobal("AudioContext", PretendedContext);
    vi.stubGlobal("GainNode", PretendedGain);
    vi.spyOn(URL, "createObjectURL").mockImplementation((one) => {
      const address = `blob:${(one as File).name}`;
      held.add(address);
      return address;
    });
    vi.spyOn(URL, "revokeObjectURL").mockImplementation((address) => void held.delete(address));
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  it("plays a file and gives everything back when it is stopped", async () => {
    const music = new Music();
    await music.play(file("a.ogg"));
    const { track } = last(PretendedContext.all);
    expect(music.state).toMatchObject({ title: "a.ogg", track, fault: undefined });
    expect(track.contentHint).toBe("music");
    music.stop();
    expect(music.state).toMatchObject({ title: undefined, track: undefined, fault: undefined });
    expect(last(PretendedElement.all).playing).toBe(false);
    expect(track.stopped).toBe(true);
    expect(held.size).toBe(0);
  });

  it("ends with its file", async () => {
    const music = new Music();
    await music.play(file("a.ogg"));
    last(PretendedElement.all).dispatchEvent(new Event("ended"));
    expect(music.state).toMatchObject({ title: undefined, track: undefined, fault: undefined });
    expect(held.size).toBe(0);
  });

  it("says when a file cannot be played, and forgets it with the next", async () => {
    const music = new Music();
    PretendedElement.refuses = true;
    await music.play(file("letter.txt"));
    expect(music.state).toMatchObject({ title: undefined, track: undefined, fault: "file" });
    expect(held.size).toBe(0);
    PretendedElement.refuses = false;
    await music.play(file("a.ogg"));
    expect(music.state).toMatchObject({ title: "a.ogg", fault: undefined });
    last(PretendedElement.all).dispatchEvent(new Event("error"));
    expect(music.state).toMatchObject({ title: undefined, fault: "file" });
  });

  it("plays the last of two that were chosen, and never the first again", async () => {
    const music = new Music();
    const first = music.play(file("a.ogg"));
    const second = music.play(file("b.ogg"));
    await Promise.all([first, second]);
    expect(music.state.title).toBe("b.ogg");
    expect([...held]).toEqual(["blob:b.ogg"]);
    PretendedElement.all.at(-2)?.dispatchEvent(new Event("ended"));
    expect(music.state.title).toBe("b.ogg");
  });

  it("does not start when it was stopped meanwhile", async () => {
    const music = new Music();
    const starting = music.play(file("a.ogg"));
    music.stop();
    await starting;
    expect(music.state).toMatchObject({ title: undefined, track: undefined, fault: undefined });
    expect(last(PretendedElement.all).playing).toBe(false);
  });

  it("keeps its loudness for the next file", async () => {
    const music = new Music();
    music.setVolume(0.5);
    await music.play(file("a.ogg"));
    expect(PretendedGain.last).toBe(0.25);
    music.setVolume(0);
    expect(PretendedGain.last).toBe(0);
  });
});
