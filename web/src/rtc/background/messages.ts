// What the page and the worker say to each other.
import type { Hiding } from "./effect";
import type { Size } from "../sizes";
import type { Trial } from "./trial";

export type ToWorker =
  /** Try how fast this device is, on pictures that mean nothing. */
  | { readonly type: "try" }
  /** Take pictures from one stream and put them into the other. */
  | { readonly type: "stream"; readonly session: number; readonly effect: Hiding; readonly readable: ReadableStream<VideoFrame>; readonly writable: WritableStream<VideoFrame> }
  /** Ask for pictures, one at a time, where there are no such streams. */
  | { readonly type: "ask"; readonly session: number; readonly effect: Hiding }
  /** The picture that was asked for; none when the camera has none yet. */
  | { readonly type: "picture"; readonly session: number; readonly picture: ImageBitmap | undefined }
  | { readonly type: "effect"; readonly effect: Hiding }
  | { readonly type: "stop" };

/** How the person's outline is doing. Whatever it says, the room is hidden. */
export type Standing =
  /** The network is on its way; until then the whole picture is blurred. */
  | "preparing"
  | "running"
  /** The device does not keep up: the whole picture is blurred for a while. */
  | "behind"
  /** It cannot be done here: the whole picture stays blurred. */
  | "failed";

export type FromWorker =
  | { readonly type: "tried"; readonly trial: Trial }
  | { readonly type: "untried"; readonly reason: "unloaded" | "impossible" }
  | { readonly type: "standing"; readonly standing: Standing }
  /** The first picture is there, or pictures have another size from now. */
  | { readonly type: "size"; readonly session: number; readonly size: Size }
  | { readonly type: "want"; readonly session: number }
  | { readonly type: "made"; readonly session: number; readonly picture: ImageBitmap };
