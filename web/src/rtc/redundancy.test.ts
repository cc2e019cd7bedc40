import { describe, expect, it } from "vitest";

import { redundancyOf } from "./redundancy";

describe("redundancyOf", () => {
  const opus = { mimeType: "audio/opus" };

  it("leaves it to a browser that knows the format", () => {
    expect(redundancyOf([opus, { mimeType: "audio/red" }], true)).toBe("native");
    expect(redundancyOf([opus, { mimeType: "audio/RED" }], false)).toBe("native");
  });

  it("builds it where frames can be changed, and does without where not", () => {
    expect(redundancyOf([opus], true)).toBe("built");
    expect(redundancyOf([opus], false)).toBe("none");
  });
});
