// What the fake camera and the fake microphone of a Chromium play: a picture of one colour, and pulses of one tone.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Looks, Rgb } from "./looks.ts";
import { randomFrom } from "./random.ts";

export interface PictureSize {
  width: number;
  height: number;
  fps: number;
}

/** Small enough for three encoders on two cores. */
export const SMALL: PictureSize = { width: 320, height: 180, fps: 15 };

/** Large enough for two layers, and for packets in numbers. */
export const MIDDLE: PictureSize = { width: 640, height: 360, fps: 15 };

/** Large enough for three layers. */
export const LARGE: PictureSize = { width: 1280, height: 720, fps: 15 };

/** BT.601, limited range: what the browsers assume of a Y4M file. */
function yuv([r, g, b]: Rgb): [number, number, number] {
  return [
    Math.round(16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255),
    Math.round(128 + (-37.797 * r - 74.203 * g + 112 * b) / 255),
    Math.round(128 + (112 * r - 93.786 * g - 18.214 * b) / 255),
  ];
}

/** A Y4M film of `frames` pictures; `pixel` gives the colour of each place in each of them. */
export function film(size: PictureSize, frames: number, pixel: (x: number, y: number, frame: number) => Rgb): Buffer {
  const { width, height, fps } = size;
  const parts: Buffer[] = [Buffer.from(`YUV4MPEG2 W${width} H${height} F${fps}:1 Ip A1:1 C420jpeg\n`)];
  for (let frame = 0; frame < frames; frame += 1) {
    const planes = Buffer.alloc(width * height * 1.5);
    const uAt = width * height;
    const vAt = uAt + uAt / 4;
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const [luma, u, v] = yuv(pixel(x, y, frame));
        planes[y * width + x] = luma;
        if (x % 2 === 0 && y % 2 === 0) {
          const at = (y / 2) * (width / 2) + x / 2;
          planes[uAt + at] = u;
          planes[vAt + at] = v;
        }
      }
    }
    parts.push(Buffer.from("FRAME\n"), planes);
  }
  return Buffer.concat(parts);
}

/** The centre is the person's colour; a corner darkens and lightens, so that a frozen picture differs from a live one. */
export function plainFilm(colour: Rgb, size: PictureSize): Buffer {
  return film(size, size.fps, (x, y, frame) => {
    const corner = x < size.width / 10 && y < size.height / 10;
    const light = corner ? 0.5 + frame / (2 * size.fps) : 1;
    return [colour[0] * light, colour[1] * light, colour[2] * light];
  });
}

/** The person's colour under a pattern that moves everywhere: a picture that needs as many bits as it may have. */
export function busyFilm(colour: Rgb, size: PictureSize): Buffer {
  const random = randomFrom(1);
  const pattern = Array.from({ length: 64 * 64 }, () => 0.7 + 0.3 * random.unit());
  return film(size, size.fps * 2, (x, y, frame) => {
    const light = pattern[((y >> 2) + frame * 3) % 64 * 64 + ((x >> 2) + frame * 5) % 64] ?? 1;
    return [colour[0] * light, colour[1] * light, colour[2] * light];
  });
}

const RATE = 48_000;

/** A WAV file: RIFF with PCM of 16 bits, 48 kHz. `sample` gives each moment's value for each channel, from -1 to 1. */
export function wav(seconds: number, channels: number, sample: (seconds: number, channel: number) => number): Buffer {
  const frames = RATE * seconds;
  const bytes = frames * channels * 2;
  const file = Buffer.alloc(44 + bytes);
  file.write("RIFF", 0);
  file.writeUInt32LE(36 + bytes, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(channels, 22);
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(RATE * channels * 2, 28);
  file.writeUInt16LE(channels * 2, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36);
  file.writeUInt32LE(bytes, 40);
  for (let frame = 0; frame < frames; frame += 1) {
    for (let channel = 0; channel < channels; channel += 1) {
      file.writeInt16LE(Math.round(32_767 * sample(frame / RATE, channel)), 44 + (frame * channels + channel) * 2);
    }
  }
  return file;
}

/**
 * Pulses of a sine. Pulses, because a browser's noise suppression takes an even tone for a humming fridge and removes it
 * within seconds; syllables it lets through.
 */
export function pulses(tone: number, seconds = 8): Buffer {
  const period = 0.36;
  const on = 0.26;
  const edge = 0.015;
  return wav(seconds, 1, (t) => {
    const phase = t % period;
    const gate = phase < on ? Math.min(1, phase / edge, (on - phase) / edge) : 0;
    return 0.5 * gate * Math.sin(2 * Math.PI * tone * t);
  });
}

/** Writes both files of one person and gives their paths. */
export function writeMedia(folder: string, name: string, looks: Looks, picture?: Buffer, voice?: Buffer): { video: string; audio: string } {
  mkdirSync(folder, { recursive: true });
  const video = join(folder, `${name}.y4m`);
  const audio = join(folder, `${name}.wav`);
  writeFileSync(video, picture ?? plainFilm(looks.colour, SMALL));
  writeFileSync(audio, voice ?? pulses(looks.tone));
  return { video, audio };
}
