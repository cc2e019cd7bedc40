// Who makes voices redundant here: the browser, which knows the format, or our worker, frame by frame. Where
// neither can, voices are sent plain.
import workerAddress from "./red.worker?worker&url";

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
  const present = (worker ??= new Worker(trusted(workerAddress), { type: "module" }));
  present.addEventListener("error", () => {
    // The next connection tries again with another one.
    if (worker === present) worker = undefined;
    onBroken();
  });
  return new RTCRtpScriptTransform(present, work);
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): {
    createScriptURL(address: string): string;
  };
}

/** The content policy lets scripts be started only through a policy that it names. */
function trusted(address: string): string {
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes };
  if (!trustedTypes) return address;
  const own = new URL(address, location.href);
  if (own.origin !== location.origin) throw new TypeError("a worker of our own");
  policy ??= trustedTypes.createPolicy("app", { createScriptURL: (text) => text });
  return policy.createScriptURL(own.href);
}

let policy: ReturnType<TrustedTypes["createPolicy"]> | undefined;
