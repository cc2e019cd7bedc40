import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { MAX_CHROMA } from "../protocol";
import { USUAL, colourOf, contrast, contrastOf, hexOf, pairsOf } from "./colour";

const tokens = readFileSync(join(import.meta.dirname, "../ui/tokens.css"), "utf8");

describe("an operator's colour", () => {
  it("can be read, whichever it is: 4.5 to 1 for words, 3 to 1 for signs (WCAG 1.4.3, 1.4.11)", () => {
    let least = Infinity;
    for (const dark of [false, true]) {
      for (let hue = 0; hue < 360; hue += 1) {
        for (let chroma = 0; chroma <= MAX_CHROMA; chroma += 10) {
          const colour = { hue, chroma };
          least = Math.min(least, contrastOf(colour, dark));
          for (const [sign, ground] of pairsOf(colour, dark)) expect(contrast(sign, ground), JSON.stringify([colour, dark])).toBeGreaterThan(3);
        }
      }
    }
    console.log(`least contrast of words: ${least.toFixed(2)} to 1`);
    expect(least).toBeGreaterThanOrEqual(4.5);
  });

  it("is counted with the numbers that stand in the tokens", () => {
    for (const one of [
      "--ground: light-dark(oklch(0.975 0.008 85), oklch(0.205 0.008 var(--ink-h)))",
      "--accent: light-dark(oklch(0.45 var(--accent-c) var(--accent-h)), oklch(0.79 var(--accent-c) var(--accent-h)))",
      "--on-accent: light-dark(oklch(0.99 0.005 85), oklch(0.2 0.02 var(--accent-h)))",
      "oklch(0.93 calc(var(--accent-c) * 0.35) var(--accent-h))",
      "oklch(0.34 calc(var(--accent-c) * 0.47) var(--accent-h))",
      "--ink-h: 60",
      `--accent-h: ${String(USUAL.hue)}`,
      `--accent-c: ${String(USUAL.chroma / 1_000)}`,
    ]) expect(tokens).toContain(one);
  });

  it.each([
    ["#000000", 0],
    ["#ffffff", 0],
    ["#808080", 0],
    ["#ff0000", MAX_CHROMA],
  ])("%s has the strength %i", (hex, chroma) => {
    expect(colourOf(hex).chroma).toBe(chroma);
  });

  it("keeps its hue", () => {
    // Values of the CSS Color 4 sample code.
    expect(colourOf("#ff0000").hue).toBe(29);
    expect(colourOf("#0000ff").hue).toBe(264);
    expect(colourOf("#008000").hue).toBe(142);
    for (let hue = 0; hue < 360; hue += 7) {
      const again = colourOf(hexOf({ hue, chroma: 60 }));
      const off = Math.abs(((again.hue - hue + 540) % 360) - 180);
      expect(off, String(hue)).toBeLessThanOrEqual(2);
    }
  });
});
