// How one picture fits into another.
import type { Size } from "../sizes";

/** The largest size of the same shape that is at most `most` high, or wide where it stands upright; even numbers. */
export function fitted({ width, height }: Size, most: Size): Size {
  const upright = height > width;
  const [wide, high] = upright ? [most.height, most.width] : [most.width, most.height];
  const scale = Math.min(1, wide / width, high / height);
  const even = (length: number) => Math.max(2, 2 * Math.round((length * scale) / 2));
  return { width: even(width), height: even(height) };
}

export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

/** Where a picture of one shape lies in the middle of another, as large as it fits. */
export function placed({ width, height }: Size, within: Size): Box {
  const scale = Math.min(within.width / width, within.height / height);
  const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
  return { x: Math.floor((within.width - wide) / 2), y: Math.floor((within.height - high) / 2), width: wide, height: high };
}
