// Films for pictures of the program: drawn people in drawn rooms, so that no photograph of anybody is needed.

import type { Rgb } from "./looks.ts";
import { film, type PictureSize } from "./media-files.ts";

export interface Portrait {
  wall: Rgb;
  /** Where the light comes from. */
  light: Rgb;
  skin: Rgb;
  hair: Rgb;
  clothes: Rgb;
  longHair: boolean;
  /** How far the person sits from the middle, as a part of the width. */
  lean: number;
}

export const PORTRAITS = {
  Anna: { wall: [196, 205, 190], light: [250, 244, 226], skin: [226, 178, 148], hair: [92, 58, 40], clothes: [70, 104, 110], longHair: true, lean: -0.03 },
  Ben: { wall: [206, 186, 164], light: [250, 232, 206], skin: [164, 112, 80], hair: [38, 30, 28], clothes: [182, 104, 66], longHair: false, lean: 0.04 },
  Carla: { wall: [176, 190, 210], light: [238, 242, 250], skin: [240, 202, 180], hair: [206, 172, 116], clothes: [120, 86, 128], longHair: true, lean: 0.0 },
} as const satisfies Record<string, Portrait>;

const SIZE: PictureSize = { width: 640, height: 360, fps: 10 };

function mix(a: Rgb, b: Rgb, part: number): Rgb {
  const p = Math.min(1, Math.max(0, part));
  return [a[0] + (b[0] - a[0]) * p, a[1] + (b[1] - a[1]) * p, a[2] + (b[2] - a[2]) * p];
}

/** 1 within an ellipse, 0 outside, soft at the edge. */
function within(x: number, y: number, cx: number, cy: number, rx: number, ry: number, soft = 0.03): number {
  const distance = Math.hypot((x - cx) / rx, (y - cy) / ry);
  return Math.min(1, Math.max(0, (1 + soft - distance) / (2 * soft)));
}

export function portraitFilm(portrait: Portrait): Buffer {
  const { width, height } = SIZE;
  return film(SIZE, 4, (px, py, frame) => {
    const x = px / height;
    // Breathing: a few lines up and down.
    const y = py / height + 0.003 * Math.sin((frame * Math.PI) / 2);
    const middle = width / height / 2 + portrait.lean;
    const dark: Rgb = [30, 26, 30];
    let colour = mix(portrait.wall, portrait.light, 0.9 * Math.exp(-(((x - 0.35) / 0.5) ** 2) - ((y - 0.2) / 0.6) ** 2));
    colour = mix(colour, dark, 0.25 * Math.max(0, y - 0.4));
    // A picture on the wall and a plant, out of focus.
    colour = mix(colour, mix(portrait.clothes, portrait.light, 0.6), 0.5 * within(x, y, middle + 0.62, 0.26, 0.14, 0.16, 0.2));
    colour = mix(colour, [92, 124, 92], 0.6 * within(x, y, middle - 0.68, 0.78, 0.12, 0.34, 0.35));
    const { skin, hair, clothes } = portrait;
    if (portrait.longHair) colour = mix(colour, mix(hair, dark, 0.2), within(x, y, middle, 0.5, 0.215, 0.3));
    colour = mix(colour, mix(clothes, dark, 0.35 * Math.abs(x - middle + 0.1)), within(x, y, middle, 1.12, 0.46, 0.4));
    colour = mix(colour, mix(skin, dark, 0.22), within(x, y, middle, 0.7, 0.075, 0.13));
    colour = mix(colour, mix(skin, dark, Math.max(0, 0.5 * (x - middle + 0.02))), within(x, y, middle, 0.46, 0.145, 0.2));
    const fringe = within(x, y, middle, 0.35, 0.165, 0.135) * (1 - within(x, y, middle + 0.03, 0.5, 0.15, 0.16));
    colour = mix(colour, hair, fringe);
    for (const side of [-1, 1]) colour = mix(colour, mix(hair, dark, 0.5), within(x, y, middle + side * 0.055, 0.455, 0.015, 0.011, 0.2));
    return mix(colour, [150, 74, 70], 0.75 * within(x, y, middle, 0.565, 0.042, 0.012, 0.3));
  });
}
