// Ten people hum, each at a tone of their own. Beyond eight people only the three loudest voices are carried.
//
// Seen to fail: with voices ranked by how steadily they speak alone; a murmur then kept its place from a loud voice.

import { expect } from "vitest";
import { choir, hums } from "../harness/choir.ts";
import { eventually, sleep } from "../harness/eventually.ts";
import { figure, note } from "../harness/figures.ts";
import { ANNA, BEN, journey } from "../harness/journey.ts";
import { sameTone } from "../harness/looks.ts";
import type { Person } from "../harness/person.ts";

const LOUD = 0.5;
const MURMUR = 0.02;

journey("of ten who hum the three loudest are heard, and the others when it is their turn", async (here) => {
  const link = await here.meeting();
  const anna = await here.chromium(ANNA);
  await anna.opens(link);
  await anna.joins({ camera: false, microphone: false });
  const browser = await here.chromium(BEN);
  const voices = await choir(browser.tab, 10);
  for (const voice of voices) {
    await voice.opens(link);
    await voice.joins({ microphone: true });
  }

  const audible = async (lastMs: number): Promise<string[]> => {
    const peaks = await anna.heardLately(lastMs);
    return voices.filter((voice) => peaks.some((peak) => sameTone(peak.hz, voice.looks.tone))).map(({ name }) => name);
  };
  const sing = (loud: Person[]): Promise<void[]> => Promise.all(voices.map((voice) => hums(voice, loud.includes(voice) ? LOUD : MURMUR)));
  for (const [first, last] of [[0, 3], [3, 6], [7, 10]] as const) {
    const loud = voices.slice(first, last);
    const names = loud.map(({ name }) => name);
    await sing(loud);
    const took = await eventually(`Anna hears ${names.join(", ")} and nobody else`, async () => {
      const heard = await audible(600);
      return heard.join() === names.join() ? true : `she hears ${heard.join(", ") || "nobody"}`;
    }, { within: 20_000, every: 100 });
    figure(`until ${names.join(", ")} are heard and nobody else`, took, 4_000);
    // Ten browsers on a busy machine falter now and then, and where a loud one does, another is rightly heard for a moment. So
    // there must be five seconds without anybody else among fifteen; a server that carries others, or flaps, has none.
    const besides = new Set<string>();
    let listened = 0;
    do {
      besides.clear();
      listened += 1;
      for (const until = performance.now() + 5_000; performance.now() < until; await sleep(250)) {
        for (const name of await audible(600)) if (!names.includes(name)) besides.add(name);
      }
    } while (besides.size > 0 && listened < 3);
    note("listened until nobody else was heard for 5 s", `${listened} times`);
    expect([...besides]).toEqual([]);
    for (const voice of loud) note(`longest silence of ${voice.name} in 5 s`, `${Math.round(await anna.silenceOf(voice, 5_000))} ms`);
  }
}, 180_000);
