import { describe, expect, it } from "vitest";

import { faultOf } from "./faults";

describe("faultOf", () => {
  it.each([
    // Chromium
    ["NotAllowedError", "Permission denied", "blocked"],
    ["NotAllowedError", "Permission dismissed", "blocked"],
    ["NotAllowedError", "Permission denied by system", "blockedBySystem"],
    ["NotFoundError", "Requested device not found", "none"],
    ["NotReadableError", "Could not start video source", "busy"],
    ["NotReadableError", "Device in use", "busy"],
    ["OverconstrainedError", "", "none"],
    // Firefox
    ["NotAllowedError", "The request is not allowed by the user agent or the platform in the current context.", "blocked"],
    ["NotFoundError", "The object can not be found here.", "none"],
    ["NotReadableError", "Failed to allocate videosource", "busy"],
    ["AbortError", "Starting videoinput failed", "busy"],
    // Whatever else
    ["TypeError", "", "failed"],
  ] as const)("%s: %s", (name, message, fault) => {
    expect(faultOf(new DOMException(message, name))).toBe(fault);
  });

  it("takes anything that may be thrown", () => {
    expect(faultOf(undefined)).toBe("failed");
    expect(faultOf("no")).toBe("failed");
  });
});
