// Voices carry redundancy in both directions between Chromium, which knows the format, and Firefox, which does not.
//
// Seen to fail: with Firefox handing redundancy on to its decoder uncut (it hears noise).

import { describe, expect } from "vitest";
import type { ChromiumTab } from "../harness/chromium.ts";
import { eventually, type Look } from "../harness/eventually.ts";
import { note } from "../harness/figures.ts";
import { ANNA, BEN, journey } from "../harness/journey.ts";
import { firefoxIsImpossible } from "../harness/namespace.ts";
import { allMeet } from "../harness/person.ts";

interface Frames {
  /** Frames of this format. */
  [format: string]: number;
}

declare global {
  interface Window {
    /** What Chromium's encoder and network gave for voices. The statistics say "opus" for both formats. */
    voices: { sent: Frames; received: Frames };
  }
}

interface EncodedStreams {
  createEncodedStreams(): { readable: ReadableStream<Frame>; writable: WritableStream<Frame> };
}

interface Frame {
  data: ArrayBuffer;
  getMetadata(): { mimeType?: string };
}

/** Lets every frame of the page's connections pass and counts those of voices by format and number of blocks. */
function countFrames(): void {
  const voices: Window["voices"] = { sent: {}, received: {} };
  window.voices = voices;
  const pass = (line: unknown, counts?: Frames): void => {
    const { readable, writable } = (line as EncodedStreams).createEncodedStreams();
    const transform = (frame: Frame, out: TransformStreamDefaultController<Frame>): void => {
      if (counts && frame.data.byteLength > 0) {
        const blocks = new DataView(frame.data).getUint8(0) === 0xef ? "several blocks" : "one block";
        const format = `${frame.getMetadata().mimeType ?? "unknown"}, ${blocks}`;
        counts[format] = (counts[format] ?? 0) + 1;
      }
      out.enqueue(frame);
    };
    void readable.pipeThrough(new TransformStream({ transform })).pipeTo(writable).catch(() => undefined);
  };
  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Peer {
    constructor(configuration?: RTCConfiguration) {
      super({ ...configuration, encodedInsertableStreams: true } as RTCConfiguration);
    }

    override addTransceiver(kind: MediaStreamTrack | string, init?: RTCRtpTransceiverInit): RTCRtpTransceiver {
      const transceiver = super.addTransceiver(kind, init);
      const voice = kind === "audio";
      if (init?.direction === "sendonly") pass(transceiver.sender, voice ? voices.sent : undefined);
      else pass(transceiver.receiver, voice ? voices.received : undefined);
      return transceiver;
    }
  };
}

describe.skipIf(firefoxIsImpossible())("redundancy", () => {
  const voicesOf = (tab: ChromiumTab): Promise<Window["voices"]> => tab.evaluate(() => window.voices, null);

  journey("voices carry it between Chromium and Firefox, both ways", async (here) => {
    const link = await here.meeting();
    const anna = await here.chromium(ANNA);
    const ben = await here.firefox(BEN);
    await anna.tab.context.addInitScript(countFrames);
    await anna.opens(link);
    await anna.joins();
    await ben.opens(link);
    await ben.joins();
    await allMeet([anna, ben]);

    const enough = async (way: "sent" | "received"): Promise<Look> => {
      const counts = (await voicesOf(anna.tab))[way];
      return (counts["audio/red, several blocks"] ?? 0) > 50 ? true : JSON.stringify(counts);
    };
    await eventually("Chromium makes redundancy", () => enough("sent"));
    await eventually("Chromium is sent redundancy by Firefox", () => enough("received"));
    note("frames of voices at Chromium", JSON.stringify(await voicesOf(anna.tab)));
    // Both still hear the other after a while, and not only at first.
    await Promise.all([anna.keepsHearing(ben, 4_000), ben.keepsHearing(anna, 4_000)]);
    expect(await ben.tab.evaluate(() => "RTCRtpScriptTransform" in window, null)).toBe(true);
  });
});
