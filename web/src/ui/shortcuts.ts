// The catalogue of keyboard shortcuts. All need Ctrl, so that no single letter is ever taken from someone
// who dictates or types.
import type { DeviceKind } from "../rtc/devices";

export const SHORTCUTS = {
  microphone: { key: "d", shown: ["Ctrl", "D"], aria: "Control+D" },
  camera: { key: "e", shown: ["Ctrl", "E"], aria: "Control+E" },
} as const;

/** The device that a key press means, if any. */
export function shortcutOf(event: KeyboardEvent): DeviceKind | undefined {
  if (!event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.repeat) return undefined;
  const key = event.key.toLowerCase();
  if (key === SHORTCUTS.microphone.key) return "microphone";
  if (key === SHORTCUTS.camera.key) return "camera";
  return undefined;
}
