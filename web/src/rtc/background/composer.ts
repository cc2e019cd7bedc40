// Puts a picture together: the person as they are, and behind them something else.
import type { Hiding } from "./effect";
import type { Outline } from "./outline";
import type { Size } from "../sizes";

export type Frame = VideoFrame | ImageBitmap;

export interface Composer {
  /** Where the result stands after `compose`. */
  readonly canvas: OffscreenCanvas;
  /** Whether a graphics card does the work. */
  readonly card: boolean;
  /** Without an outline nothing of the picture is shown but its strongest blur. */
  compose(frame: Frame, size: Size, outline: Outline | undefined, effect: Hiding): void;
  close(): void;
}
