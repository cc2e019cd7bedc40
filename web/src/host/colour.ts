// An operator's colour: its hue and its strength are theirs, how light it is comes from the tokens. So every colour keeps the
// contrast that people need to read, and nothing has to be refused. The sums are those of CSS Color 4 (section 10, sample
// code) and of WCAG 2.2 (relative luminance).
import { type Colour, MAX_CHROMA } from "../protocol";

type Triple = readonly [number, number, number];

/** Lightness, chroma and hue, as in `tokens.css`. */
export interface Oklch {
  readonly l: number;
  readonly c: number;
  readonly h: number;
}

/** The colour of the client where no operator has chosen one. */
export const USUAL: Colour = { hue: 188, chroma: 85 };

/** What is written in which colour on which, as in `tokens.css`. */
export function pairsOf({ hue: h, chroma }: Colour, dark: boolean): readonly (readonly [Oklch, Oklch])[] {
  const c = chroma / 1_000;
  const accent = { l: dark ? 0.79 : 0.45, c, h };
  const ground = dark ? { l: 0.205, c: 0.008, h: 60 } : { l: 0.975, c: 0.008, h: 85 };
  const onAccent = dark ? { l: 0.2, c: 0.02, h } : { l: 0.99, c: 0.005, h: 85 };
  const soft = dark ? { l: 0.34, c: c * 0.47, h } : { l: 0.93, c: c * 0.35, h };
  return [
    [accent, ground],
    [onAccent, accent],
    [accent, soft],
  ];
}

/** The least contrast of what is written, as WCAG counts it; the last pair is a sign, which needs less. */
export function contrastOf(colour: Colour, dark: boolean): number {
  return Math.min(...pairsOf(colour, dark).slice(0, 2).map(([one, other]) => contrast(one, other)));
}

export function contrast(one: Oklch, other: Oklch): number {
  const [light, dark] = [luminance(toLinear(one)), luminance(toLinear(other))].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** What is taken of a colour that somebody chose, `#rrggbb`. */
export function colourOf(hex: string): Colour {
  const value = Number.parseInt(hex.slice(1), 16);
  const { c, h } = fromLinear([(value >> 16) & 255, (value >> 8) & 255, value & 255].map((byte) => linear(byte / 255)) as unknown as Triple);
  return { hue: Math.round(h) % 360, chroma: Math.min(MAX_CHROMA, Math.round(c * 1_000)) };
}

/** The colour as it is shown on light ground, `#rrggbb`. */
export function hexOf({ hue, chroma }: Colour): string {
  const bytes = toLinear({ l: 0.45, c: chroma / 1_000, h: hue }).map((value) => Math.round(encoded(value) * 255));
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function luminance([r, g, b]: Triple): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function encoded(value: number): number {
  return value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;
}

/** Linear light; what a screen cannot show is cut off, as browsers do. */
function toLinear({ l, c, h }: Oklch): Triple {
  const [a, b] = [c * Math.cos((h * Math.PI) / 180), c * Math.sin((h * Math.PI) / 180)];
  const long = (l + 0.3963377773761749 * a + 0.2158037573099136 * b) ** 3;
  const middle = (l - 0.1055613458156586 * a - 0.0638541728258133 * b) ** 3;
  const short = (l - 0.0894841775298119 * a - 1.2914855480194092 * b) ** 3;
  const cut = (value: number) => Math.min(1, Math.max(0, value));
  return [
    cut(4.0767416360759574 * long - 3.3077115392580616 * middle + 0.2309699031821044 * short),
    cut(-1.2684379732850317 * long + 2.6097573492876887 * middle - 0.3413193760026573 * short),
    cut(-0.0041960761386756 * long - 0.7034186179359362 * middle + 1.7076146940746117 * short),
  ];
}

function fromLinear([r, g, b]: Triple): Oklch {
  const long = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const middle = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const short = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const one = 1.9779984951 * long - 2.428592205 * middle + 0.4505937099 * short;
  const two = 0.0259040371 * long + 0.7827717662 * middle - 0.808675766 * short;
  const degrees = (Math.atan2(two, one) * 180) / Math.PI;
  return {
    l: 0.2104542553 * long + 0.793617785 * middle - 0.0040720468 * short,
    c: Math.hypot(one, two),
    h: (degrees + 360) % 360,
  };
}
