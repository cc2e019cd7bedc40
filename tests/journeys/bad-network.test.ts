// Two people over networks that lose, narrow, move and vanish: sound first, and nobody has to do anything about it.

import { expect } from "vitest";
import { badJourney, meet } from "../harness/bad-network.ts";
import { sleep } from "../harness/eventually.ts";
import { figure } from "../harness/figures.ts";

/** What two homes add without any trouble: a round trip of 60 ms between two people. */
const USUAL = { delayMs: 15, jitterMs: 5 };

// Seen to fail: with twenty seconds of it, which outlast the place.
badJourney("after ten seconds without any network both are back, without a reload and nobody twice", async (here, network) => {
  here.watcher.allowsCuts = true;
  const { anna, ben, annas } = await meet(here, network);
  annas.become(USUAL);
  const idBefore = await anna.id();
  // It would not outlive a reload.
  await anna.tab.evaluate(() => document.documentElement.setAttribute("data-same-page", ""), null);
  annas.blackOut(true);
  await sleep(10_000);
  annas.blackOut(false);
  const lightAt = performance.now();
  await Promise.all([anna.hears(ben, { every: 30 }), ben.hears(anna, { every: 30 })]);
  figure("black-out: until both are heard", performance.now() - lightAt, 1_000);
  await Promise.all([anna.sees(ben), ben.sees(anna)]);
  figure("black-out: until both are seen", performance.now() - lightAt, 1_000);
  expect(await anna.tab.evaluate(() => document.documentElement.hasAttribute("data-same-page"), null)).toBe(true);
  // The signalling is back as well: what happens is told, and to one Anna only.
  await anna.microphone(false);
  figure("black-out: until signalling is back", performance.now() - lightAt + (await ben.seesMuted(anna, true)), 4_000);
  expect(await anna.id()).toBe(idBefore);
  await anna.seesPeople(2);
  await ben.seesPeople(2);
});
