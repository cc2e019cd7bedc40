// What carries a shared screen. Where the browser has AV1 it goes out on two lines: AV1 with few frames for narrow networks, which
// draws letters with a third of what VP8 takes, and VP8 with many for the others. One line can carry one codec only.
import type { Send } from "../protocol";
import { Camera } from "./camera";
import { addLayers, keepSize, prefer, preferVp8 } from "./lines";
import { type Encoding, screenEncodings, sendsAv1 } from "./offer";

interface ScreenLine {
  readonly transceiver: RTCRtpTransceiver;
  readonly line: Camera;
  readonly av1: boolean;
}

export class ScreenLines {
  /** In the order of their layers. */
  readonly #lines: readonly ScreenLine[];

  constructor(pc: RTCPeerConnection) {
    this.#lines = sendsAv1() ? apart(pc) : [together(pc)];
  }

  /** Shows something, or stops; the lines that carry it stay. */
  async setTrack(track: MediaStreamTrack | undefined): Promise<void> {
    for (const { transceiver, line } of this.#lines) {
      await line.setTrack(track);
      if (track) await keepSize(transceiver.sender, track.contentHint !== "motion");
    }
  }

  /** Takes which layers anyone watches, smallest first. */
  async setDemand(layers: readonly boolean[]): Promise<void> {
    const several = this.#lines.length > 1;
    await Promise.all(this.#lines.map(({ line }, index) => line.setDemand(several ? [layers[index] ?? true] : layers)));
  }

  sends(): Send[] {
    return this.#lines.flatMap(({ transceiver: { mid }, av1 }) =>
      mid === null ? [] : [{ mid, source: "screen", ...(av1 ? { av1 } : {}) }],
    );
  }
}

function apart(pc: RTCPeerConnection): ScreenLine[] {
  return screenEncodings(true).map((encoding, index) => {
    const av1 = index === 0;
    const { maxBitrate, maxFramerate } = encoding;
    const wanted = { maxBitrate, ...(maxFramerate === undefined ? {} : { maxFramerate }) };
    const transceiver = pc.addTransceiver("video", { direction: "sendonly", sendEncodings: [wanted] });
    if (av1) prefer(transceiver, "video", /^video\/av1$/i);
    else preferVp8(transceiver);
    return { transceiver, line: lineOf(transceiver, [encoding]), av1 };
  });
}

function together(pc: RTCPeerConnection): ScreenLine {
  const encodings = screenEncodings(false);
  const transceiver = addLayers(pc, encodings);
  preferVp8(transceiver);
  return { transceiver, line: lineOf(transceiver, encodings), av1: false };
}

function lineOf({ sender }: RTCRtpTransceiver, encodings: readonly Encoding[]): Camera {
  return new Camera(sender, () => encodings);
}
