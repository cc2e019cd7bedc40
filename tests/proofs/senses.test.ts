// The senses themselves: before a journey may say "she is not heard", it must be certain that she would have been.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ChromiumTab } from "../harness/chromium.ts";
import { eventually } from "../harness/eventually.ts";
import { FirefoxTab } from "../harness/firefox.ts";
import { note } from "../harness/figures.ts";
import { COLOURS, sameColour, sameTone, type Looks } from "../harness/looks.ts";
import { writeMedia } from "../harness/media-files.ts";
import { firefoxIsImpossible } from "../harness/namespace.ts";
import type { Tab } from "../harness/tab.ts";
import { Watcher } from "../harness/watcher.ts";
import { serveLoopbackPage } from "./loopback-page.ts";

const looks: Looks = { colour: COLOURS.magenta, tone: 700 };
const folder = mkdtempSync(join(tmpdir(), "incamera-proof-"));
let page: Awaited<ReturnType<typeof serveLoopbackPage>>;

beforeAll(async () => {
  page = await serveLoopbackPage();
});
afterAll(() => {
  page.server.closeAllConnections();
  page.server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function seesAndHearsItself(tab: Tab): Promise<void> {
  await tab.open(page.url);
  await tab.press("button", "Anrufen");
  await eventually("the colour arrives", async () => {
    const tile = (await tab.evaluate(() => window.__probe.tiles(), null))[0];
    if (!tile?.colour) return "no picture";
    return sameColour(tile.colour, looks.colour) ? true : `colour ${tile.colour.join(" ")}`;
  });
  const heard = (ms: number) => tab.evaluate((last) => window.__probe.heard(last), ms);
  await eventually("the tone arrives", async () => {
    const peaks = await heard(500);
    return peaks.some((peak) => sameTone(peak.hz, looks.tone)) ? true : `peaks ${peaks.map((peak) => Math.round(peak.hz)).join(" ")}`;
  });
  // Noise suppression needs some seconds to take a tone for noise; it must not. A busy machine lets the fake microphone
  // stumble now and then, which is a click with every tone in it: one of the next looks is clean, not each of them.
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  await eventually("the tone is heard, and nothing else", async () => {
    const peaks = await heard(500);
    const wrong = peaks.filter((peak) => !sameTone(peak.hz, looks.tone));
    return peaks.length > 0 && wrong.length === 0 ? true : `peaks ${peaks.map((peak) => Math.round(peak.hz)).join(" ")}`;
  });
  const received = await tab.evaluate(() => window.__probe.received(), null);
  note(`${tab.browser}: frames decoded`, received.framesDecoded);
  expect(received.framesDecoded).toBeGreaterThan(10);
  // An element that does not play is not heard, however loud its track is.
  await tab.press("button", "Auflegen");
  await eventually("silence", async () => ((await heard(500)).length === 0 ? true : "still heard"), { within: 3_000 });
}

describe("colour and tone", () => {
  test("Chromium shows the film and plays the tone that it was given", async () => {
    const watcher = new Watcher(page.url);
    const tab = await ChromiumTab.start(watcher, { media: writeMedia(folder, "self", looks) });
    try {
      await seesAndHearsItself(tab);
      expect(watcher.complaints()).toEqual([]);
    } finally {
      await tab.close();
    }
  });

  test.skipIf(firefoxIsImpossible())("Firefox shows the canvas and plays the tone that stand in for its devices", async () => {
    const watcher = new Watcher(page.url);
    const tab = await FirefoxTab.start(watcher, looks);
    try {
      await seesAndHearsItself(tab);
      expect(watcher.complaints()).toEqual([]);
    } finally {
      await tab.close();
    }
  });
});
