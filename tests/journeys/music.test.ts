// Music from a file reaches everyone in stereo, at a rate that music needs, and ends when it is ended.
//
// Seen to fail: with an answer that does not ask for stereo.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { ChromiumTab } from "../harness/chromium.ts";
import { eventually, sleep } from "../harness/eventually.ts";
import { figure, note } from "../harness/figures.ts";
import { ANNA, BEN, journey } from "../harness/journey.ts";
import { listenOnBothSides, stereoWav } from "../harness/stereo.ts";

const SIZE = { width: 1280, height: 800 };
const LEFT = 440;
const RIGHT = 3_000;

async function chooses({ tab: { page } }: { tab: ChromiumTab }, file: string): Promise<void> {
  await page.getByRole("button", { name: "Mehr", exact: true }).click();
  await page.getByRole("button", { name: "Musik abspielen", exact: true }).click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: /^Musikdatei von diesem Gerät/ }).click();
  await (await chooser).setFiles(file);
}

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
  await chooses(anna, file);
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

journey("music is paused, moved and made softer by the one who plays, and by each listener for themselves", async (here) => {
  const folder = mkdtempSync(join(tmpdir(), "incamera-music-"));
  const file = join(folder, "Abendlied.wav");
  writeFileSync(file, stereoWav(40, LEFT, LEFT));
  const link = await here.meeting();
  const [anna, ben] = await Promise.all([here.chromium(ANNA, { size: SIZE }), here.chromium(BEN, { size: SIZE })]);
  for (const one of [anna, ben]) {
    await one.opens(link);
    await one.joins({ camera: false, microphone: false });
  }
  const { page } = anna.tab;
  here.mustNotBeLogged("Abendlied");
  const hears = (hz: number | undefined) =>
    eventually(`Ben hears ${hz ?? "nothing"}`, async () => {
      const tones = (await ben.heardLately(400)).map((peak) => Math.round(peak.hz));
      const heard = hz === undefined ? tones.length === 0 : tones.some((tone) => Math.abs(tone - hz) < 30);
      return heard ? true : `heard ${tones.slice(0, 6).join(", ")}`;
    });
  await chooses(anna, file);
  await hears(LEFT);
  const bar = page.getByRole("region", { name: "Was Sie spielen" });
  await bar.getByRole("button", { name: "Pause" }).click();
  figure("music: until a pause is heard", await hears(undefined), 1_500);
  await bar.getByRole("button", { name: "Weiter" }).click();
  await hears(LEFT);
  const seek = bar.getByRole("slider", { name: "Stelle in der Musik" });
  await seek.fill("30");
  await eventually("it plays there", async () => ((await seek.getAttribute("aria-valuetext")) ?? "").match(/^0:3[0-3] von 0:40$/) ? true : await seek.getAttribute("aria-valuetext") ?? "");

  const level = async () => Math.max(0, ...(await ben.tab.evaluate(loudnessOfMusic, null)));
  const loud = await level();
  await bar.getByRole("slider", { name: "Lautstärke für alle" }).fill("0.3");
  await sleep(700);
  const soft = await level();
  note("music: level at 60 % and at 30 %", `${loud.toFixed(3)} and ${soft.toFixed(3)}`);
  expect(soft / loud).toBeGreaterThan(0.15);
  expect(soft / loud).toBeLessThan(0.4);

  await ben.tab.press("button", "Mehr");
  await ben.tab.press("button", "Ton");
  await ben.tab.page.getByRole("slider", { name: "Lautstärke der Musik bei Ihnen" }).fill("0");
  const volumes = () => ben.tab.evaluate(() => [...document.querySelectorAll<HTMLAudioElement>('audio[data-slot]')].map(({ volume }) => volume), null);
  expect(await volumes()).toContain(0);
  await page.getByRole("button", { name: "Mehr", exact: true }).click();
  const entry = page.getByRole("button", { name: "Musik abspielen", exact: true });
  expect(await entry.getAttribute("aria-pressed")).toBe("true");
  await entry.click();
  await bar.waitFor({ state: "detached" });
  rmSync(folder, { recursive: true });
}, 120_000);

journey("the sound of a tab is heard by everyone, and its picture by nobody", async (here) => {
  const link = await here.meeting();
  const [anna, ben] = await Promise.all([here.chromium(ANNA, { size: SIZE }), here.chromium(BEN, { size: SIZE })]);
  // What the browser gives after a person chose a tab with its sound.
  await anna.tab.context.addInitScript((hz) => {
    navigator.mediaDevices.getDisplayMedia = () => {
      const context = new AudioContext();
      const out = context.createMediaStreamDestination();
      const tone = new OscillatorNode(context, { frequency: hz });
      tone.connect(out);
      tone.start();
      const canvas = document.createElement("canvas");
      canvas.getContext("2d");
      return Promise.resolve(new MediaStream([...canvas.captureStream(5).getTracks(), ...out.stream.getTracks()]));
    };
  }, RIGHT);
  for (const one of [anna, ben]) {
    await one.opens(link);
    await one.joins({ camera: false, microphone: false });
  }
  await anna.tab.press("button", "Mehr");
  await anna.tab.press("button", "Musik abspielen");
  await anna.tab.page.getByRole("button", { name: /^Ton eines Tabs/ }).click();
  await anna.tab.page.getByText("Alle hören Ihren Tab.").waitFor();
  await eventually("Ben hears the tab", async () => {
    const tones = (await ben.heardLately(400)).map((peak) => Math.round(peak.hz));
    return tones.some((tone) => Math.abs(tone - RIGHT) < 30) ? true : `heard ${tones.slice(0, 6).join(", ")}`;
  });
  expect((await ben.tiles()).some(({ words }) => words.includes("Bildschirm von"))).toBe(false);
  await anna.tab.press("button", "Musik beenden");
  await anna.tab.page.getByText("Alle hören Ihren Tab.").waitFor({ state: "detached" });
}, 90_000);

/** How loud each playing slot is, as the root of its mean square. Runs in the page. */
async function loudnessOfMusic(): Promise<number[]> {
  const context = new AudioContext({ sampleRate: 48_000 });
  await context.resume();
  const ears = [...document.querySelectorAll<HTMLAudioElement>("audio[data-slot]")].flatMap((audio) => {
    if (!(audio.srcObject instanceof MediaStream)) return [];
    const analyser = context.createAnalyser();
    analyser.fftSize = 8192;
    context.createMediaStreamSource(audio.srcObject).connect(analyser);
    return [analyser];
  });
  await new Promise((resolve) => setTimeout(resolve, 600));
  const levels = ears.map((analyser) => {
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
  });
  await context.close();
  return levels;
}
