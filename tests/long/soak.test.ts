// Three people for ten minutes, with someone coming and going: what creeps shows here and nowhere else.

import { expect } from "vitest";
import { note } from "../harness/figures.ts";
import { ANNA, BEN, CARLA, journey } from "../harness/journey.ts";
import { allMeet } from "../harness/person.ts";

const MINUTES = Number(process.env["SOAK_MINUTES"] ?? 10);

journey(`a meeting of ${MINUTES} minutes`, async (here) => {
  const link = await here.meeting();
  const [anna, ben, carla] = await Promise.all([here.chromium(ANNA), here.chromium(BEN), here.chromium(CARLA)]);
  await anna.opens(link);
  await anna.joins();
  await ben.opens(link);
  await ben.joins();
  await carla.opens(link);
  await carla.joins();
  await allMeet([anna, ben, carla]);
  const memory: number[] = [];
  const start = performance.now();
  const before = await anna.received();
  while (performance.now() - start < MINUTES * 60_000) {
    await anna.keepsSeeing(ben, 8_000);
    await anna.keepsHearing(ben, 8_000);
    await carla.leaves();
    await anna.seesPeople(2, { within: 5_000 });
    await carla.opens(link);
    await carla.joins();
    await carla.sees(anna);
    await anna.sees(carla);
    await anna.hears(carla);
    memory.push(here.server.memory());
  }
  const after = await anna.received();
  const first = memory[Math.floor(memory.length / 4)] ?? 0;
  const last = memory.at(-1) ?? 0;
  note("comings and goings", memory.length);
  note("the server's memory", `${Math.round(first / 1024)} kB after a quarter, ${Math.round(last / 1024)} kB at the end`);
  note("freezes", after.freezeCount - before.freezeCount);
  expect(last - first).toBeLessThan(16 * 1024 * 1024);
}, (MINUTES + 5) * 60_000);
