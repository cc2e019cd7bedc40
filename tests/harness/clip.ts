// A recording for people made of code (`incamera-load --clip`): VP8 in IVF, encoded by a browser.

import { writeFileSync } from "node:fs";
import type { Tab } from "./tab.ts";

interface Encoded {
  pictures: string[];
}

/** A few seconds of a face-like shape that moves, 320 by 180. */
async function encode([rate, seconds]: [number, number]): Promise<Encoded> {
  const canvas = new OffscreenCanvas(320, 180);
  const brush = canvas.getContext("2d", { alpha: false });
  if (!brush) throw new Error("no canvas");
  const pictures: string[] = [];
  const encoder = new VideoEncoder({
    output: (chunk) => {
      const bytes = new Uint8Array(chunk.byteLength);
      chunk.copyTo(bytes);
      pictures.push(btoa(String.fromCharCode(...bytes)));
    },
    error: (error) => {
      throw error;
    },
  });
  encoder.configure({ codec: "vp8", width: 320, height: 180, bitrate: 150_000, framerate: rate, latencyMode: "realtime" });
  for (let index = 0; index < rate * seconds; index += 1) {
    const turn = (index / (rate * seconds)) * 2 * Math.PI;
    brush.fillStyle = "rgb(196 205 190)";
    brush.fillRect(0, 0, 320, 180);
    brush.fillStyle = "rgb(70 104 110)";
    brush.fillRect(90 + 12 * Math.sin(turn), 130, 140, 50);
    brush.fillStyle = "rgb(226 178 148)";
    brush.beginPath();
    brush.ellipse(160 + 12 * Math.sin(turn), 85 + 5 * Math.cos(2 * turn), 34, 46, 0, 0, 2 * Math.PI);
    brush.fill();
    const frame = new VideoFrame(canvas, { timestamp: (index * 1_000_000) / rate });
    encoder.encode(frame, { keyFrame: index === 0 });
    frame.close();
  }
  await encoder.flush();
  encoder.close();
  return { pictures };
}

/** Writes the recording; the browser's page must be in a secure context. */
export async function writeClip(tab: Tab, path: string): Promise<void> {
  const rate = 15;
  const { pictures } = await tab.evaluate(encode, [rate, 4] as [number, number]);
  const head = Buffer.alloc(32);
  head.write("DKIF", 0);
  head.writeUInt16LE(32, 6);
  head.write("VP80", 8);
  head.writeUInt16LE(320, 12);
  head.writeUInt16LE(180, 14);
  head.writeUInt32LE(rate, 16);
  head.writeUInt32LE(1, 20);
  head.writeUInt32LE(pictures.length, 24);
  const parts = [head];
  pictures.forEach((picture, index) => {
    const bytes = Buffer.from(picture, "base64");
    const header = Buffer.alloc(12);
    header.writeUInt32LE(bytes.length, 0);
    header.writeUInt32LE(index, 4);
    parts.push(header, bytes);
  });
  writeFileSync(path, Buffer.concat(parts));
}
