// Two people over networks that lose, narrow, move and vanish: sound first, and nobody has to do anything about it.

import { expect } from "vitest";
import { badJourney, experience, meet, print } from "../harness/bad-network.ts";
import { sleep } from "../harness/eventually.ts";
import { figure, share } from "../harness/figures.ts";

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

// Seen to fail: with 8.5 % concealed while no browser sent a voice twice.
badJourney("with 5 % lost on both legs the picture moves and the voice is whole", async (here, network) => {
  const { anna, ben, annas, bens } = await meet(here, network);
  for (const leg of [annas, bens]) leg.become(USUAL);
  await sleep(3_000);
  print("without loss", await experience(anna, ben, 6_000));
  for (const leg of [annas, bens]) leg.become({ ...USUAL, loss: 0.05 });
  const lossy = await experience(anna, ben, 20_000);
  print("5 % on both legs", lossy);
  expect(bens.up.counts.lost).toBeGreaterThan(50);
  expect(annas.down.counts.lost).toBeGreaterThan(50);
  expect(lossy.frames).toBeGreaterThan(150);
  figure("5 % on both legs: longest standstill", lossy.standstillMs, 500);
  share("5 % on both legs: concealed sound", lossy.concealedPercent, 2);
});
