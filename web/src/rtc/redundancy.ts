// Who makes voices redundant here: the browser, which knows the format, or our worker, frame by frame. Where
// neither can, voices are sent plain.
import workerAddress from "./red.worker?worker&url";
import { ownWorker } from "./workers";

export type Redundancy = "native" | "built" | "none";

/** What the worker does with the frames of one line. */
export type RedWork = "build" | "cut";

export function redundancyHere(): Redundancy {
  const codecs = RTCRtpSender.getCapabilities("audio")?.codecs ?? [];
  return redundancyOf(codecs, typeof RTCRtpScriptTransform !== "undefined");
}

export function redundancyOf(codecs: readonly { readonly mimeType: string }[], transforms: boolean): Redundancy {
  if (codecs.some(({ mimeType }) => mimeType.toLowerCase() === "audio/red")) return "native";
  return transforms ? "built" : "none";
}

/** One worker for all lines of all connections of this page. */
let worker: Worker | undefined;

/** A transform for one line. `onBroken` is called when the worker could not be loaded: nothing is heard then. */
export function transformFor(work: RedWork, onBroken: () => void): RTCRtpScriptTransform {
  const present = (worker ??= ownWorker(workerAddress, "module"));
  present.addEventListener("error", () => {
    // The next connection tries again with another one.
    if (worker === present) worker = undefined;
    onBroken();
  });
  return new RTCRtpScriptTransform(present, work);
}
