// How sharp the parts of a real portrait arrive: the face, and the room behind it. Sent to the browser as text; each
// function leans on nothing outside itself.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Person } from "./person.ts";
import { film } from "./media-files.ts";

export const PORTRAIT = readFileSync(join(import.meta.dirname, "../fixtures/portrait.jpg")).toString("base64");

export interface Sharpness {
  /** Mean square of the difference between neighbouring points: an edge that is spread out counts less than a sharp one. */
  face: number;
  room: number;
  /** Mean colour of the wall behind the face. */
  wall: [number, number, number];
  /** Size of the pictures as they come. */
  width: number;
}

declare global {
  interface Window {
    __sharpness: { seen: Sharpness[] };
  }
}

/** Looks at every picture of one participant from now on, and remembers how sharp it was. */
function watchSharpness(id: string): void {
  const canvas = new OffscreenCanvas(320, 180);
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  if (!brush) throw new Error("no canvas");
  const seen: Sharpness[] = [];
  window.__sharpness = { seen };
  const roughness = (left: number, top: number, width: number, height: number): number => {
    const { data } = brush.getImageData(left, top, width, height);
    let sum = 0;
    for (let y = 1; y < height; y += 1) {
      for (let x = 1; x < width; x += 1) {
        const at = (y * width + x) * 4 + 1;
        const here = data[at] ?? 0;
        sum += (here - (data[at - 4] ?? 0)) ** 2 + (here - (data[at - width * 4] ?? 0)) ** 2;
      }
    }
    return sum / (2 * (width - 1) * (height - 1));
  };
  const colour = (left: number, top: number, width: number, height: number): [number, number, number] => {
    const { data } = brush.getImageData(left, top, width, height);
    const sum: [number, number, number] = [0, 0, 0];
    for (let at = 0; at < data.length; at += 4) {
      sum[0] += data[at] ?? 0;
      sum[1] += data[at + 1] ?? 0;
      sum[2] += data[at + 2] ?? 0;
    }
    return [sum[0] / (width * height), sum[1] / (width * height), sum[2] / (width * height)];
  };
  const look = (video: HTMLVideoElement): void => {
    if (video.videoWidth === 0) return;
    brush.drawImage(video, 0, 0, 320, 180);
    seen.push({
      face: roughness(110, 42, 60, 62),
      room: (roughness(2, 10, 46, 110) + roughness(236, 30, 50, 110)) / 2,
      wall: colour(190, 2, 36, 30),
      width: video.videoWidth,
    });
  };
  // Often, since not one picture may be missed.
  window.__probe.eachPicture((shown, video) => {
    if (shown === id) look(video);
  }, 10);
}

/** What arrives of one person at another. */
export class Onlooker {
  private constructor(private readonly onlooker: Person) {}

  static async at(onlooker: Person, other: Person): Promise<Onlooker> {
    await onlooker.tab.evaluate(watchSharpness, await other.id());
    return new Onlooker(onlooker);
  }

  /** What was seen since the last call, picture by picture. */
  async seen(): Promise<Sharpness[]> {
    return this.onlooker.tab.evaluate(() => window.__sharpness.seen.splice(0), null);
  }

  async last(): Promise<Sharpness | undefined> {
    return (await this.seen()).at(-1);
  }
}

/** The portrait as a film for a fake camera; a browser reads the file. */
export async function portraitOf(reader: Person): Promise<Buffer> {
  const points = await reader.tab.evaluate(async (jpeg) => {
    const bytes = Uint8Array.from(atob(jpeg), (one) => one.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const brush = canvas.getContext("2d");
    if (!brush) throw new Error("no canvas");
    brush.drawImage(picture, 0, 0);
    const { data } = brush.getImageData(0, 0, picture.width, picture.height);
    let text = "";
    for (let at = 0; at < data.length; at += 4) text += String.fromCharCode(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0);
    return btoa(text);
  }, PORTRAIT);
  const rgb = Buffer.from(points, "base64");
  const size = { width: 640, height: 360, fps: 15 };
  return film(size, 2, (x, y) => {
    const at = (y * size.width + x) * 3;
    return [rgb[at] ?? 0, rgb[at + 1] ?? 0, rgb[at + 2] ?? 0];
  });
}
