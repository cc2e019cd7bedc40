// Two people over networks that lose, narrow, move and vanish: sound first, and nobody has to do anything about it.

import { expect } from "vitest";
import { badJourney, course, experience, isLarge, meet, print, shown, USUAL } from "../harness/bad-network.ts";
import { eventually, sleep } from "../harness/eventually.ts";
import { figure, note, share } from "../harness/figures.ts";

// Seen to fail: with twenty seconds of it, which outlast the place.
badJourney("after ten seconds without any network both are back, without a reload and nobody twice", async (here, network) => {
  here.watcher.allowsCuts = true;
  const { anna, ben, annas } = await meet(here, network);
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

// Seen to fail: with a server that sends the same layer whatever the network carries; nothing moved for 19 s.
badJourney("on 300 kbit/s the voice is unbroken, the picture steps down or says so, and comes back", async (here, network) => {
  const { anna, ben, annas } = await meet(here, network);
  const isBig = () => isLarge(anna, ben);
  await eventually("Ben's picture is as large as it can be", isBig, { within: 20_000 });
  // The first estimate may be corrected once more.
  note("without a limit", await course(anna, ben, 5_000));
  await eventually("Ben's picture is still as large as it can be", isBig, { within: 20_000 });

  annas.down.become({ ...USUAL, rateBps: 300_000 });
  const [squeezed, stages, steppedDown] = await Promise.all([
    experience(anna, ben, 20_000),
    course(anna, ben, 20_000),
    eventually("Ben's picture is smaller, or his tile says that it is paused", async () => ((await isBig()) === true ? "it is as large as before" : true), { within: 20_000 }),
  ]);
  print("on 300 kbit/s", squeezed);
  note("on 300 kbit/s", stages);
  note("the limited link", `${annas.down.counts.overflowed} of ${annas.down.counts.offered} found no room`);
  figure("300 kbit/s: until the picture steps down or is paused", steppedDown, 3_000);
  figure("300 kbit/s: longest silence", squeezed.silenceMs, 350);
  // A picture that is shown moves; one that does not move is paused, and says so.
  if ((await shown(anna, ben)) !== "paused" && !stages.includes("paused")) {
    figure("300 kbit/s: longest standstill once it had settled", await anna.standstillOf(ben, 8_000), 700);
  }

  annas.down.become(USUAL);
  figure("300 kbit/s: until the picture is as large as before", await eventually("Ben's picture is large again", isBig, { within: 60_000 }), 7_000);
  await anna.sees(ben);
}, 150_000);

// Seen to fail: with a server that answers to the old address for as long as the engine thinks it alive.
badJourney("when the address changes in mid-flow, media is back within a second", async (here, network) => {
  const { anna, ben, annas } = await meet(here, network);
  const idBefore = await anna.id();
  print("before", await experience(anna, ben, 3_000));
  // Where in the browser's rhythm of checks it happens is chance; so several times.
  for (let time = 1; time <= 3; time += 1) {
    annas.rebind();
    const [at, from] = await Promise.all([experience(anna, ben, 5_000 + time * 700), experience(ben, anna, 5_000 + time * 700)]);
    print(`change ${time}, whose address it is`, at);
    print(`change ${time}, the other`, from);
    for (const gap of [at.standstillMs, at.silenceMs, from.standstillMs, from.silenceMs]) figure("rebind: gap", gap, 1_000);
  }
  expect(await anna.id()).toBe(idBefore);
  await anna.seesPeople(2);
  await ben.seesPeople(2);
});
