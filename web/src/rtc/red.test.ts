import { describe, expect, it } from "vitest";

import { RedBuilder, isOpus, primaryOf } from "./red";

/** The same numbers in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const random = generator(7);
const noise = Uint8Array.from({ length: 1 << 16 }, () => random(256));

function bytes(length: number): Uint8Array {
  const at = random(noise.length - length);
  return noise.slice(at, at + length);
}

/** What a browser makes of a voice: one frame of 20 ms, mono. */
const VOICES = [1, 5, 9, 13, 15, 19, 23, 27, 31].map((configuration) => configuration << 3);

function voice(length = 1 + random(120)): Uint8Array {
  const packet = bytes(length);
  packet[0] = VOICES[random(VOICES.length)] ?? 0;
  return packet;
}

/** Any packet that RFC 6716 allows, beginning with this byte; undefined where the dice made none. */
function opus(toc: number): Uint8Array | undefined {
  const packet = bytes(2 + random(160));
  packet[0] = toc;
  if ((toc & 3) === 3) packet[1] = ((packet[1] ?? 0) & 0xc0) | (1 + random(6));
  return isOpus(packet) ? packet : undefined;
}

/** As browsers build it. */
function red(blocks: { offset: number; data: Uint8Array }[], primary: Uint8Array): Uint8Array {
  const headers = blocks.flatMap(({ offset, data }) => [
    0xef,
    offset >> 6,
    ((offset & 63) << 2) | (data.length >> 8),
    data.length & 255,
  ]);
  return Uint8Array.from([...headers, 0x6f, ...blocks.flatMap(({ data }) => [...data]), ...primary]);
}

describe("RedBuilder", () => {
  it("sends the frame before once more", () => {
    const [one, two] = [voice(3), voice(300)];
    const builder = new RedBuilder();
    expect(builder.build(one, 4_294_967_000)).toEqual(red([], one));
    // The clock begins anew at 2^32.
    expect(builder.build(two, 664)).toEqual(red([{ offset: 960, data: one }], two));
    expect(builder.build(one, 1_624)).toEqual(red([{ offset: 960, data: two }], one));
  });

  it("keeps what it was given, whatever the browser does with the buffer", () => {
    const builder = new RedBuilder();
    const buffer = voice(40);
    const before = buffer.slice();
    builder.build(buffer, 0);
    buffer.fill(0);
    expect(builder.build(voice(9), 960).subarray(5, 45)).toEqual(before);
  });

  it("leaves the frame before out where it is of no use", () => {
    const alone = (before: Uint8Array, gap: number, now = voice(50)) => {
      const builder = new RedBuilder();
      builder.build(before, 0);
      const payload = builder.build(now, gap);
      return payload.length === now.length + 1 && payload[0] === 0x6f;
    };
    expect(alone(voice(50), 960)).toBe(false);
    expect(alone(voice(50), 2_880)).toBe(false);
    // After silence; from the past; twice the same; too long for its field; too much for one packet.
    expect(alone(voice(50), 3_840)).toBe(true);
    expect(alone(voice(50), 0x4000 + 960)).toBe(true);
    expect(alone(voice(50), -960)).toBe(true);
    expect(alone(voice(50), 0)).toBe(true);
    expect(alone(voice(1_024), 960)).toBe(true);
    expect(alone(voice(700), 960, voice(700))).toBe(true);
  });
});

describe("primaryOf", () => {
  it("takes the newest of any number of blocks", () => {
    for (let round = 0; round < 2_000; round += 1) {
      const primary = voice();
      const blocks = Array.from({ length: random(3) }, (_, index) => ({ offset: 2_880 - index * 960, data: voice() }));
      expect(primaryOf(red(blocks, primary))).toEqual(primary);
    }
  });

  it("takes what was built", () => {
    const builder = new RedBuilder();
    for (let frame = 0; frame < 1_000; frame += 1) {
      const packet = voice();
      expect(primaryOf(builder.build(packet, frame * 960))).toEqual(packet);
    }
  });

  it("leaves every plain voice as it is, silence included", () => {
    for (const toc of VOICES) {
      for (let length = 1; length < 200; length += 1) {
        const packet = bytes(length);
        packet[0] = toc;
        expect(primaryOf(packet)).toBe(packet);
      }
    }
    expect(primaryOf(new Uint8Array())).toEqual(new Uint8Array());
  });

  it("leaves alone what only looks like redundancy", () => {
    const [one, two] = [voice(30), voice(30)];
    const good = red([{ offset: 960, data: one }], two);
    const changed = (at: number, value: number) => Object.assign(good.slice(), { [at]: value });
    expect(primaryOf(good)).toEqual(two);
    const other = [
      changed(0, 0xee), // another type in the first header
      changed(4, 0x6e), // or in the last
      changed(1, 16), // no whole frame
      red([{ offset: 0, data: one }], two),
      red([{ offset: 960, data: one }, { offset: 960, data: one }], two), // not older than the next
      changed(3, 200), // longer than the packet
      changed(3, 61), // nothing left for the primary
      red([{ offset: 960, data: Uint8Array.of() }], two), // no frame at all
    ];
    for (const payload of other) expect(primaryOf(payload)).toBe(payload);
  });

  it("does not mistake plain Opus for redundancy, whatever it begins with", () => {
    const PACKETS = 1_000_000;
    let tried = 0;
    let mistaken = 0;
    while (tried < PACKETS) {
      const packet = opus(tried % 256);
      if (!packet) continue;
      tried += 1;
      if (primaryOf(packet) !== packet) mistaken += 1;
    }
    console.log(`figure: ${mistaken} of ${tried} plain Opus packets mistaken for redundancy`);
    expect(mistaken).toBe(0);
  }, 60_000);

  it("hardly ever takes the two suspicious beginnings for redundancy", () => {
    const PACKETS = 100_000;
    for (const toc of [0xef, 0x6f]) {
      let mistaken = 0;
      for (let tried = 0; tried < PACKETS; ) {
        const packet = opus(toc);
        if (!packet) continue;
        tried += 1;
        if (primaryOf(packet) !== packet) mistaken += 1;
      }
      console.log(`figure: ${mistaken} of ${PACKETS} that begin with 0x${toc.toString(16)}`);
      expect(mistaken).toBeLessThanOrEqual(3);
    }
  }, 60_000);

  it("leaves noise alone but for what begins like one block", () => {
    const PACKETS = 1_000_000;
    let mistaken = 0;
    let oneBlock = 0;
    for (let tried = 0; tried < PACKETS; tried += 1) {
      const packet = bytes(1 + random(120));
      packet[0] = tried % 256;
      if (primaryOf(packet) === packet) continue;
      if (packet[0] === 0x6f) oneBlock += 1;
      else mistaken += 1;
    }
    console.log(`figure: of ${PACKETS} packets of noise ${mistaken} taken for several blocks, ${oneBlock} for one`);
    expect(mistaken).toBeLessThanOrEqual(3);
    // Noise with this first byte that is no Opus packet as it stands: nothing could play it either way.
    expect(oneBlock).toBeLessThanOrEqual(PACKETS / 256);
  }, 60_000);
});

describe("isOpus", () => {
  it("knows the shapes of RFC 6716", () => {
    const packet = (...values: number[]) => Uint8Array.from(values);
    expect(isOpus(packet())).toBe(false);
    expect(isOpus(packet(0x78))).toBe(true);
    expect(isOpus(new Uint8Array(1_277).fill(0x78))).toBe(false);
    expect(isOpus(packet(0x79, 1, 2))).toBe(true);
    expect(isOpus(packet(0x79, 1))).toBe(false);
    expect(isOpus(packet(0x7a, 1, 9, 9, 9))).toBe(true);
    expect(isOpus(packet(0x7a, 5, 9))).toBe(false);
    expect(isOpus(packet(0x7a))).toBe(false);
    // Six frames of 20 ms are the most; a count of none is none.
    expect(isOpus(packet(0x7b, 6))).toBe(true);
    expect(isOpus(packet(0x7b, 7))).toBe(false);
    expect(isOpus(packet(0x7b, 0))).toBe(false);
    expect(isOpus(packet(0x7b, 2, 9, 9, 9))).toBe(false);
    // With padding, and with lengths.
    expect(isOpus(packet(0x7b, 0x41, 2, 9, 0, 0))).toBe(true);
    expect(isOpus(packet(0x7b, 0x41, 9, 9))).toBe(false);
    expect(isOpus(packet(0x7b, 0x82, 2, 1, 1, 7, 7, 7))).toBe(true);
    expect(isOpus(packet(0x7b, 0x82, 9, 1))).toBe(false);
  });
});
