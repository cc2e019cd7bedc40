// The text of an offer, and the layers of a camera: what the server has to know about both. The browser keeps
// its own version of the text; only what is sent is trimmed.
import type { Layer } from "../protocol";

/** Attributes that describe one payload type: `a=fmtp:96 …`. */
const OF_PAYLOAD_TYPE = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+) /;

/**
 * Leaves out lines about payload types that an m-line does not list. Firefox keeps them after
 * `setCodecPreferences`, and with many slots they are most of the text.
 */
export function withoutOrphans(sdp: string): string {
  let listed = new Set<string>();
  const kept = sdp.split("\r\n").filter((line) => {
    if (line.startsWith("m=")) listed = new Set(line.split(" ").slice(3));
    const payloadType = OF_PAYLOAD_TYPE.exec(line)?.[1];
    return payloadType === undefined || listed.has(payloadType);
  });
  return kept.join("\r\n");
}

/**
 * Asks for both channels of Opus on some m-lines, by their place in the text. A browser plays one channel
 * on both sides otherwise, whatever comes; and what it asks for stands in its own offer.
 */
export function withStereo(sdp: string, lines: ReadonlySet<number>): string {
  const [session = "", ...media] = sdp.split(/^(?=m=)/m);
  return session + media.map((text, index) => (lines.has(index) ? stereo(text) : text)).join("");
}

function stereo(media: string): string {
  const payloadType = /^a=rtpmap:(\d+) opus\/48000\/2\r?$/im.exec(media)?.[1];
  if (payloadType === undefined) return media;
  const parameters = new RegExp(`^a=fmtp:${payloadType} [^\\r\\n]*`, "m");
  const present = parameters.exec(media)?.[0];
  if (present === undefined) {
    return media.replace(/^a=rtpmap:\d+ opus\/48000\/2\r?\n/im, (line) => `${line}a=fmtp:${payloadType} stereo=1\r\n`);
  }
  return /[ ;]stereo=1(?:;|$)/.test(present) ? media : media.replace(parameters, `${present};stereo=1`);
}

/** One encoding of a picture. The server picks among them for every viewer. */
export interface Encoding {
  readonly rid: string;
  readonly scaleResolutionDownBy: number;
  readonly maxBitrate: number;
  readonly maxFramerate?: number;
  readonly active: boolean;
}

/**
 * Three layers for a full picture, low to high; fewer for a small one, whose quarter nobody could see and
 * whose highest layer Chromium would otherwise leave out silently. `shortSide` is in pixels.
 */
export function encodingsFor(shortSide: number): readonly Encoding[] {
  const FULL = 540;
  const HALF = 270;
  const scales = shortSide >= FULL ? [4, 2, 1] : shortSide >= HALF ? [2, 1] : [1];
  const encodings = [
    { rid: "l", maxBitrate: 150_000 },
    { rid: "m", maxBitrate: 500_000 },
    { rid: "h", maxBitrate: 1_700_000 },
  ];
  return encodings.map((encoding, index) => ({
    ...encoding,
    scaleResolutionDownBy: scales[index] ?? 1,
    active: index < scales.length,
  }));
}

/**
 * A screen goes out in its full size twice: with few frames for narrow networks, since letters that were made
 * smaller cannot be read, and with many for the others.
 */
export function screenEncodings(av1: boolean): readonly [Encoding, Encoding] {
  // The less it may take, the smaller AV1 makes the one picture that a new page is: over 500 kbit/s it is whole after 1.9 s in the
  // middle of nine, with 300 kbit/s after 3 s. VP8 makes it no smaller, and the letters worse.
  const least = av1 ? 180_000 : 300_000;
  return [
    { rid: "l", scaleResolutionDownBy: 1, maxBitrate: least, maxFramerate: 5, active: true },
    { rid: "m", scaleResolutionDownBy: 1, maxBitrate: 2_500_000, maxFramerate: 30, active: true },
  ];
}

/** Whether this browser draws the letters of a screen in AV1, which takes a third of what VP8 does. */
export function sendsAv1(): boolean {
  const codecs = globalThis.RTCRtpSender?.getCapabilities?.("video")?.codecs ?? [];
  return codecs.some(({ mimeType }) => /^video\/av1$/i.test(mimeType));
}

/** What the server is told of a shared screen. */
export function screenLayersOf(width: number, height: number, av1: boolean): Layer[] {
  return screenEncodings(av1).map(({ maxBitrate }, index) => ({
    width,
    height,
    maxBps: maxBitrate,
    ...(av1 && index === 0 ? { av1: true } : {}),
  }));
}

/** The pictures that a camera of this size sends, smallest first, as the server is told them. */
export function layersOf(width: number, height: number): Layer[] {
  return encodingsFor(Math.min(width, height))
    .filter(({ active }) => active)
    .map(({ scaleResolutionDownBy: scale }) => ({
      width: Math.max(1, Math.round(width / scale)),
      height: Math.max(1, Math.round(height / scale)),
    }));
}
