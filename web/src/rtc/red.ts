// Redundancy for voices (RFC 2198): each packet carries the frame before it once more, so that a lost packet
// is not heard. Browsers that do not know the format have it built and cut here, frame by frame; nothing in
// this file knows a browser.

/** The payload type of every block, whatever number the browser gives Opus: no server may look inside. */
const BLOCK_TYPE = 111;
const MORE_FOLLOW = 0x80;
const LAST_HEADER = 1;
const HEADER = 4;
/** Fields of ten and of fourteen bits. */
const MOST_BLOCK = 0x3ff;
const MOST_OFFSET = 0x3fff;
/** No browser makes frames shorter than 10 ms; the clock of Opus runs at 48 kHz. */
const SHORTEST_FRAME = 480;
/** After a longer silence nobody waits for the frame before it any more: 60 ms. */
const MOST_GAP = 2_880;
/** What fits into one packet on any network, with all that surrounds it. */
const MOST_PAYLOAD = 1_100;

interface Sent {
  readonly data: Uint8Array;
  readonly timestamp: number;
}

/** Builds the payloads of one sender. */
export class RedBuilder {
  #before: Sent | undefined;

  /** The payload for this frame, with the one before where that is of use. */
  build(data: Uint8Array, timestamp: number): Uint8Array {
    const before = this.#before;
    this.#before = { data: data.slice(), timestamp };
    const offset = before ? (timestamp - before.timestamp) >>> 0 : 0;
    if (!before || offset === 0 || offset > MOST_GAP || !fits(before.data, data)) return onlyPrimary(data);
    const payload = new Uint8Array(HEADER + LAST_HEADER + before.data.length + data.length);
    payload[0] = MORE_FOLLOW | BLOCK_TYPE;
    payload[1] = offset >>> 6;
    payload[2] = ((offset & 0x3f) << 2) | (before.data.length >>> 8);
    payload[3] = before.data.length & 0xff;
    payload[4] = BLOCK_TYPE;
    payload.set(before.data, HEADER + LAST_HEADER);
    payload.set(data, HEADER + LAST_HEADER + before.data.length);
    return payload;
  }
}

function fits(before: Uint8Array, now: Uint8Array): boolean {
  if (before.length === 0 || before.length > MOST_BLOCK) return false;
  return HEADER + LAST_HEADER + before.length + now.length <= MOST_PAYLOAD;
}

function onlyPrimary(data: Uint8Array): Uint8Array {
  const payload = new Uint8Array(LAST_HEADER + data.length);
  payload[0] = BLOCK_TYPE;
  payload.set(data, LAST_HEADER);
  return payload;
}

/**
 * The Opus packet to play: the newest block of a redundant payload, or the payload itself where it is plain.
 * Nothing outside says which it is, so the structure must: every header names the one block type, offsets
 * become smaller and are whole frames, lengths add up, and each block is an Opus packet.
 */
export function primaryOf(payload: Uint8Array): Uint8Array {
  const lengths: number[] = [];
  let lastOffset = MOST_OFFSET + 1;
  let at = 0;
  while (payload[at] === (MORE_FOLLOW | BLOCK_TYPE)) {
    const [high = 0, middle = 0, low = 0] = payload.subarray(at + 1, at + HEADER);
    const offset = (high << 6) | (middle >>> 2);
    if (offset === 0 || offset >= lastOffset || offset % SHORTEST_FRAME !== 0) return payload;
    lengths.push(((middle & 3) << 8) | low);
    lastOffset = offset;
    at += HEADER;
  }
  if (payload[at] !== BLOCK_TYPE) return payload;
  at += LAST_HEADER;
  // One block alone has a single byte to tell it by. That byte begins an Opus packet, too, though of a kind
  // that no browser makes of a voice; and then its second byte counts frames, which a block's first does not.
  if (lengths.length === 0 && isOpus(payload)) return payload;
  for (const length of lengths) {
    if (!isOpus(payload.subarray(at, at + length)) || at + length > payload.length) return payload;
    at += length;
  }
  const primary = payload.subarray(at);
  return isOpus(primary) ? primary : payload;
}

/** Whether this can be an Opus packet at all (RFC 6716, section 3.4). */
export function isOpus(packet: Uint8Array): boolean {
  const [toc] = packet;
  if (toc === undefined) return false;
  const frames = packet.length - 1;
  switch (toc & 3) {
    case 0:
      return isFrame(frames);
    case 1:
      return frames % 2 === 0 && isFrame(frames / 2);
    case 2: {
      const first = frameLength(packet, 1);
      return first !== undefined && isFrame(packet.length - first.next - first.length);
    }
    default:
      return isManyFrames(packet, toc);
  }
}

const MOST_FRAME = 1_275;
/** In units of 2.5 ms: a packet lasts 120 ms at most. */
const MOST_DURATION = 48;

/** A packet of any number of frames: a count, perhaps padding, perhaps lengths. */
function isManyFrames(packet: Uint8Array, toc: number): boolean {
  const count = packet[1];
  if (count === undefined) return false;
  const frames = count & 0x3f;
  if (frames === 0 || frames * durationOf(toc) > MOST_DURATION) return false;
  let at = 2;
  /** Bytes of the packet that are neither headers nor the last frame, or the frames that are alike. */
  let taken = 0;
  if (count & 0x40) {
    for (let more = 255; more === 255; at += 1) {
      more = packet[at] ?? 0;
      taken += Math.min(more, 254);
    }
  }
  if (count & 0x80) {
    for (let frame = 1; frame < frames; frame += 1) {
      const one = frameLength(packet, at);
      if (!one) return false;
      at = one.next;
      taken += one.length;
    }
    return isFrame(packet.length - at - taken);
  }
  const rest = packet.length - at - taken;
  return rest % frames === 0 && isFrame(rest / frames);
}

function isFrame(length: number): boolean {
  return length >= 0 && length <= MOST_FRAME;
}

/** How long one frame lasts, in units of 2.5 ms. */
function durationOf(toc: number): number {
  const configuration = toc >>> 3;
  if (configuration >= 16) return 1 << (configuration & 3);
  if (configuration >= 12) return configuration & 1 ? 8 : 4;
  return [4, 8, 16, 24][configuration & 3] ?? 0;
}

/** A length of one byte or two, and where what follows begins. */
function frameLength(packet: Uint8Array, at: number): { length: number; next: number } | undefined {
  const first = packet[at];
  if (first === undefined) return undefined;
  if (first < 252) return { length: first, next: at + 1 };
  const second = packet[at + 1];
  return second === undefined ? undefined : { length: second * 4 + first, next: at + 2 };
}
