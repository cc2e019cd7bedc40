// Why a microphone or a camera does not come, as far as a browser tells. The same error means different
// things to different people, so the cause is named here and explained in `ui/`.

export type DeviceFault =
  /** The person, or an earlier answer, said no to this page. */
  | "blocked"
  /** The operating system keeps the browser away from the device. */
  | "blockedBySystem"
  /** Another program holds the device, or it does not answer. */
  | "busy"
  /** There is no such device. */
  | "none"
  /** The page was not opened over https, so the browser offers no devices at all. */
  | "insecure"
  /** The device went away while it was in use. */
  | "unplugged"
  /** The device went away, and another one has taken over. */
  | "exchanged"
  /** The device is open and gives nothing: a call or another program has taken it, or the screen was locked. */
  | "interrupted"
  /** What is behind the person shall not be seen, and cannot be hidden. */
  | "background"
  | "failed";

/** Reads a browser's error. `error` is whatever `getUserMedia` threw. */
export function faultOf(error: unknown): DeviceFault {
  if (!(error instanceof Error) && !(error instanceof DOMException)) return "failed";
  switch (error.name) {
    case "NotAllowedError":
    case "PermissionDeniedError":
      return /system/i.test(error.message) ? "blockedBySystem" : "blocked";
    case "SecurityError":
      return "blocked";
    case "NotFoundError":
    case "DevicesNotFoundError":
    case "OverconstrainedError":
      return "none";
    case "NotReadableError":
    case "TrackStartError":
    case "AbortError":
      return /system/i.test(error.message) ? "blockedBySystem" : "busy";
    default:
      return "failed";
  }
}
