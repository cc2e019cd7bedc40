// Music from a file reaches everyone in stereo, at a rate that music needs, and ends when it is ended.
//
// Seen to fail: with an answer that does not ask for stereo.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { eventually, sleep } from "../harness/eventually.ts";
import { note } from "../harness/figures.ts";
import { ANNA, BEN, journey } from "../harness/journey.ts";
import { listenOnBothSides, stereoWav } from "../harness/stereo.ts";

const LEFT = 440;
const RIGHT = 3_000;

journey("music from a file is heard in stereo", async (here) => {
  const folder = mkdtempSync(join(tmpdir(), "incamera-music-"));
  const file = join(folder, "Abendlied.wav");
  writeFileSync(file, stereoWav(40, LEFT, RIGHT));
  const link = await here.meeting();
  const [anna, ben] = await Promise.all([here.chromium(ANNA), here.chromium(BEN)]);
  for (const one of [anna, ben]) {
    await one.opens(link);
    await one.joins({ camera: false, microphone: false });
  }
  const { page } = anna.tab;
  await page.getByRole("button", { name: "Mehr", exact: true }).click();
  await page.getByRole("button", { name: "Einstellungen" }).click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Musik abspielen" }).click();
  await (await chooser).setFiles(file);
  await page.getByRole("button", { name: "Musik beenden" }).waitFor();
  await eventually("Ben is told who plays music", async () => {
    const words = (await ben.tiles()).map((tile) => tile.words).join(" | ");
    return words.includes("spielt Musik") ? true : words;
  });
  await sleep(2_000);

  const sides = await ben.tab.evaluate(listenOnBothSides, [LEFT, RIGHT] as [number, number]);
  note("left: 440 Hz, 3 kHz; right: 440 Hz, 3 kHz", JSON.stringify(sides));
  expect(sides, "something is heard").not.toBeNull();
  if (!sides) return;
  expect(sides.left[0] - sides.left[1], "on the left only the left tone").toBeGreaterThan(30);
  expect(sides.right[1] - sides.right[0], "on the right only the right tone").toBeGreaterThan(30);

  const bytes = async (): Promise<number> => (await ben.received()).audioBytes;
  const [before, start] = [await bytes(), performance.now()];
  await sleep(4_000);
  const kbps = ((await bytes()) - before) * 8 / (performance.now() - start);
  note("rate of the music", `${Math.round(kbps)} kbit/s`);
  expect(kbps).toBeGreaterThan(128);

  await page.getByRole("button", { name: "Musik beenden" }).click();
  await eventually("Ben is told that it has ended", async () => {
    const words = (await ben.tiles()).map((tile) => tile.words).join(" | ");
    return words.includes("spielt Musik") ? words : true;
  });
  rmSync(folder, { recursive: true });
});
