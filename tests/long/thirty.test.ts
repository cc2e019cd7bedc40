// A coach's group of 30 in tile view, in one Chromium: 29 people made of code who speak and show something, traced by the
// browser itself. Needs `incamera-load`, which it builds.

import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { expect } from "vitest";
import { writeClip } from "../harness/clip.ts";
import { eventually, sleep } from "../harness/eventually.ts";
import { figure, note } from "../harness/figures.ts";
import { ANNA, journey } from "../harness/journey.ts";
import { traced } from "../harness/tracing.ts";

const TARGET = process.env["CARGO_TARGET_DIR"] ?? join(import.meta.dirname, "../../target");
const OTHERS = 29;
const SECONDS = 15;

/** The longest that a press or a key waited until its work was done, in ms. */
function watchInput(): void {
  const waited: number[] = [];
  Object.assign(window, { __waited: waited });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceEventTiming[]) waited.push(entry.processingEnd - entry.startTime);
  }).observe({ type: "event", durationThreshold: 16, buffered: false } as PerformanceObserverInit);
}

journey("thirty people in tile view never keep the hand waiting", async (here) => {
  execFileSync("cargo", ["build", "--release", "--locked", "--quiet", "--package", "incamera-bench"], { cwd: join(import.meta.dirname, "../.."), stdio: "inherit" });
  const link = await here.meeting();
  const anna = await here.chromium(ANNA, { size: { width: 1920, height: 1080 } });
  const { page } = anna.tab;
  await anna.opens(link);
  const clip = join(here.folder, "clip.ivf");
  await writeClip(anna.tab, clip);
  await anna.joins();
  const meeting = new URL(link).pathname.split("/").at(-1) ?? "";
  const crowd = spawn(join(TARGET, "release/incamera-load"), [
    "people", "--viewers", String(OTHERS), "--slots", "0", "--voice-slots", "3", "--join-rate", "5", "--seconds", "90",
    "--at", `127.0.0.1:${here.server.ports.http}`, "--pid", String(here.server.pid), "--meeting", meeting, "--clip", clip,
  ], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  crowd.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  crowd.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  try {
    await eventually("everyone is there", async () => {
      const text = await anna.pageText();
      return text.includes(`${OTHERS + 1} Personen`) ? true : `${text.slice(0, 60)}; ${said}`;
    }, { within: 60_000 });
    const shown = async () => (await anna.tiles()).filter(({ picture }) => picture).length;
    await eventually("24 of them are seen on the first page", async () => ((await shown()) >= 24 ? true : `${await shown()} pictures`), { within: 30_000 });
    await sleep(3_000);
    await anna.tab.evaluate(watchInput, null);
    const { longTasks, busy, script, frames, seconds } = await traced(anna.tab, async () => {
      for (const until = performance.now() + SECONDS * 1_000; performance.now() < until; ) {
        await anna.tab.press("button", "Nächste Seite");
        await sleep(1_500);
        await anna.tab.press("button", "Vorige Seite");
        await sleep(1_500);
        await anna.microphone(false);
        await anna.microphone(true);
        await sleep(500);
      }
    });
    const waited = await page.evaluate(() => (window as unknown as { __waited: number[] }).__waited);
    note("thirty: pictures on the page", await shown());
    note("thirty: traced", `${seconds.toFixed(1)} s`);
    note("thirty: main thread", `busy ${busy.toFixed(0)} ms a second, of it script ${script.toFixed(0)} ms`);
    note("thirty: frames drawn", `every ${frames.middle.toFixed(1)} ms in the middle, 95 % within ${frames.ninetyFive.toFixed(1)} ms, longest ${frames.longest.toFixed(0)} ms`);
    note("thirty: tasks over 50 ms", `${longTasks.length}${longTasks.length > 0 ? `, longest ${longTasks[0]?.toFixed(0)} ms` : ""}`);
    note("thirty: presses and keys", `${waited.length}, longest until done ${Math.max(0, ...waited).toFixed(0)} ms`);
    figure("thirty: longest that input waited", Math.max(0, ...waited), 100);
    expect(waited.length).toBeGreaterThan(3);
  } finally {
    crowd.kill();
  }
}, 240_000);
