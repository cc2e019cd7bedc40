// Where the person is in a picture: how sure the network is of each point.
import type { Box } from "./fit";

/** What the network looks at. */
export const LOOK = { width: 256, height: 144 } as const;

export interface Outline {
  /** From 0 to 255, row by row, `LOOK` in size. */
  readonly certainty: Uint8ClampedArray;
  /** The part of it that the picture fills. */
  readonly within: Box;
}

/** Below the first it is the room, above the second the person; between them the edge is soft. */
const ROOM = 0.45;
const PERSON = 0.75;

/** Makes edges of what the network gives: a hair's breadth of doubt goes to the room. */
export function edged(confidence: Float32Array, into: Uint8ClampedArray): void {
  for (let at = 0; at < into.length; at += 1) {
    const part = Math.min(1, Math.max(0, ((confidence[at] ?? 0) - ROOM) / (PERSON - ROOM)));
    into[at] = Math.round(255 * part * part * (3 - 2 * part));
  }
}
