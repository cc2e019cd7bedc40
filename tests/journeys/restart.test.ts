// The server goes away and comes back; both people are back without touching anything.
//
// Seen to fail: with a client that does not try again after the first failure.

import { expect } from "vitest";
import { sleep } from "../harness/eventually.ts";
import { figure } from "../harness/figures.ts";
import { ANNA, BEN, journey } from "../harness/journey.ts";
import { allMeet } from "../harness/person.ts";

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  journey(`after ${signal} and a new start both are back by themselves`, async (here) => {
    here.watcher.allowsCuts = true;
    const link = await here.meeting();
    const [anna, ben] = await Promise.all([here.chromium(ANNA), here.chromium(BEN)]);
    await anna.opens(link);
    await anna.joins();
    await ben.opens(link);
    await ben.joins();
    await allMeet([anna, ben]);

    const code = await here.server.stop(signal);
    if (signal === "SIGTERM") expect(code).toBe(0);
    await sleep(1_000);
    await here.server.launch();
    const back = performance.now();
    await anna.seesPeople(2, { within: 30_000 });
    await allMeet([anna, ben], { within: 30_000 });
    figure(`${signal}: from the new start until both see and hear again`, performance.now() - back, 6_000);
    expect(await anna.tab.pressed("Kamera")).toBe(true);
    await anna.seesPeople(2);
    await ben.seesPeople(2);
  }, 120_000);
}
