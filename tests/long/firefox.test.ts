// Firefox on both sides, and through what the short tier shows with Chromium only: a reload and a restart.

import { describe } from "vitest";
import { figure } from "../harness/figures.ts";
import { ANNA, BEN, journey } from "../harness/journey.ts";
import { firefoxIsImpossible } from "../harness/namespace.ts";
import { allMeet } from "../harness/person.ts";

describe.skipIf(firefoxIsImpossible())("Firefox", () => {
  journey("two Firefoxes meet, reload, and come back after a restart", async (here) => {
    here.watcher.allowsCuts = true;
    const link = await here.meeting();
    const [anna, ben] = await Promise.all([here.firefox(ANNA), here.firefox(BEN)]);
    await anna.opens(link);
    await anna.joins();
    await ben.opens(link);
    await ben.joins();
    await allMeet([anna, ben], { within: 30_000 });

    await anna.tab.reload();
    await anna.seesPeople(2);
    await allMeet([anna, ben], { within: 30_000 });

    await here.server.stop("SIGKILL");
    await here.server.launch();
    const back = performance.now();
    await allMeet([anna, ben], { within: 60_000 });
    figure("restart: until both Firefoxes see and hear again", performance.now() - back, 12_000);
  }, 240_000);
});
