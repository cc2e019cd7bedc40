// How a person is told from others: one colour and one tone each. Hues are far apart because codecs and browsers
// shift colours, and tones are no multiples of each other because a distorted tone grows overtones.

export type Rgb = readonly [number, number, number];

export interface Looks {
  colour: Rgb;
  tone: number;
}

export const COLOURS = {
  red: [200, 40, 40],
  green: [40, 150, 50],
  blue: [40, 60, 200],
  yellow: [200, 190, 40],
  magenta: [190, 40, 180],
} as const satisfies Record<string, Rgb>;

export type ColourName = keyof typeof COLOURS;

/** Hue in degrees and saturation from 0 to 1. */
export function hue([r, g, b]: Rgb): { degrees: number; saturation: number } {
  const max = Math.max(r, g, b);
  const min = Math.min(r, g, b);
  const span = max - min;
  if (span === 0) return { degrees: 0, saturation: 0 };
  const sixth = max === r ? ((g - b) / span + 6) % 6 : max === g ? (b - r) / span + 2 : (r - g) / span + 4;
  return { degrees: sixth * 60, saturation: span / max };
}

/** Whether two colours are the same to a person: brightness may differ (Firefox decodes brighter), the hue may not. */
export function sameColour(seen: Rgb, meant: Rgb): boolean {
  const a = hue(seen);
  const b = hue(meant);
  const apart = Math.abs(a.degrees - b.degrees);
  return a.saturation > 0.35 && Math.min(apart, 360 - apart) < 25;
}

/** Whether a measured peak is a person's tone. The analyser's bins are 12 Hz wide. */
export function sameTone(heard: number, meant: number): boolean {
  return Math.abs(heard - meant) < 30;
}
