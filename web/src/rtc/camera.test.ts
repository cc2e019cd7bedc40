import { describe, expect, it } from "vitest";

import { Camera, type CameraLine, wantedEncodings } from "./camera";
import { encodingsFor } from "./offer";

const trackOf = (width: number, height: number) =>
  ({ getSettings: () => ({ width, height }) }) as unknown as MediaStreamTrack;

const large = trackOf(1280, 720);
const small = trackOf(640, 360);

/** A sender that takes its time, and refuses parameters that are not the latest, as browsers do. */
class SlowSender {
  track: MediaStreamTrack | null = null;
  /** What flows, one entry for each change that was taken. */
  readonly taken: string[] = [];
  refused = 0;
  refuses = false;
  #encodings: RTCRtpEncodingParameters[];
  #transaction = 0;

  constructor(encodings: RTCRtpEncodingParameters[] = encodingsFor(720).map((one) => ({ ...one }))) {
    this.#encodings = encodings;
  }

  get flows(): string {
    return this.#encodings.filter(({ active }) => active).map(({ rid }) => rid ?? "?").join("");
  }

  async replaceTrack(track: MediaStreamTrack | null): Promise<void> {
    await Promise.resolve();
    this.track = track;
  }

  getParameters(): RTCRtpSendParameters {
    this.#transaction += 1;
    const encodings = this.#encodings.map((one) => ({ ...one }));
    return { transactionId: String(this.#transaction), encodings } as unknown as RTCRtpSendParameters;
  }

  async setParameters(parameters: RTCRtpSendParameters): Promise<void> {
    await new Promise((done) => setTimeout(done, 2));
    if (this.refuses || parameters.transactionId !== String(this.#transaction)) {
      this.refused += 1;
      throw new DOMException("outdated", "InvalidModificationError");
    }
    this.#transaction += 1;
    this.#encodings = parameters.encodings;
    this.taken.push(this.flows);
  }
}

function cameraOn(sender: SlowSender): Camera {
  return new Camera(sender as unknown as CameraLine);
}

describe("wantedEncodings", () => {
  const active = (track: MediaStreamTrack, demand?: boolean[]) =>
    wantedEncodings(track, demand).map((one) => one.active);

  it("are all that the camera's size allows, until someone says what is watched", () => {
    expect(active(large)).toEqual([true, true, true]);
    expect(active(small)).toEqual([true, true, false]);
  });

  it("are those that are watched as well", () => {
    expect(active(large, [true, false, false])).toEqual([true, false, false]);
    expect(active(large, [false, false, true])).toEqual([false, false, true]);
    expect(active(large, [false, false, false])).toEqual([false, false, false]);
    // What the camera cannot give is not sent, whoever asks for it.
    expect(active(small, [true, true, true])).toEqual([true, true, false]);
  });

  it("take a layer that was not mentioned as watched", () => {
    expect(active(large, [false])).toEqual([false, true, true]);
  });
});

describe("Camera", () => {
  it("sends everything until it is told, then what is watched, and everything again at once", async () => {
    const sender = new SlowSender();
    const camera = cameraOn(sender);
    await camera.setTrack(large);
    expect(sender.flows).toBe("lmh");
    await camera.setDemand([true, false, false]);
    expect(sender.flows).toBe("l");
    await camera.setDemand([false, false, false]);
    expect(sender.flows).toBe("");
    expect(sender.track).toBe(large);
    await camera.setDemand([true, true, true]);
    expect(sender.flows).toBe("lmh");
  });

  it("keeps to the last of many words that come at once, and makes one change at a time", async () => {
    const sender = new SlowSender();
    const camera = cameraOn(sender);
    await camera.setTrack(large);
    const words = [[true, false, false], [false, false, false], [true, true, false], [false, true, false]];
    await Promise.all(words.map((layers) => camera.setDemand(layers)));
    await new Promise((done) => setTimeout(done, 20));
    expect(sender.flows).toBe("m");
    expect(sender.refused).toBe(0);
    // The first is under way, and what came meanwhile is one more.
    expect(sender.taken).toEqual(["l", "m"]);
  });

  it("fits the layers to another camera without forgetting what is watched", async () => {
    const sender = new SlowSender();
    const camera = cameraOn(sender);
    await camera.setTrack(large);
    await camera.setDemand([false, true, true]);
    await camera.setTrack(small);
    expect(sender.flows).toBe("m");
    expect(sender.getParameters().encodings[0]?.scaleResolutionDownBy).toBe(2);
  });

  it("starts anew with everything when the camera was off", async () => {
    const sender = new SlowSender();
    const camera = cameraOn(sender);
    await camera.setTrack(large);
    await camera.setDemand([false, false, false]);
    await camera.setTrack(undefined);
    await camera.setTrack(large);
    expect(sender.flows).toBe("lmh");
  });

  it("keeps an encoding without a name on while any layer is watched", async () => {
    const sender = new SlowSender([{ active: true }]);
    const camera = cameraOn(sender);
    await camera.setTrack(large);
    await camera.setDemand([false, true, false]);
    expect(sender.flows).toBe("?");
    await camera.setDemand([false]);
    await camera.setDemand([false, false, false]);
    expect(sender.flows).toBe("");
  });

  it("asks a browser that refuses once, and again when there is news", async () => {
    const sender = new SlowSender();
    const camera = cameraOn(sender);
    await camera.setTrack(large);
    sender.refuses = true;
    await camera.setDemand([true, false, false]);
    expect(sender).toMatchObject({ refused: 1, flows: "lmh" });
    sender.refuses = false;
    await camera.setDemand([true, false, false]);
    expect(sender.flows).toBe("l");
  });
});
