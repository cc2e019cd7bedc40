// Chromium and Firefox understand each other, in both directions.
//
// Seen to fail: with Chromium's payload type for Opus used for every viewer.

import { describe } from "vitest";
import { ANNA, BEN, journey } from "../harness/journey.ts";
import { firefoxIsImpossible } from "../harness/namespace.ts";
import { allMeet } from "../harness/person.ts";

describe.skipIf(firefoxIsImpossible())("Chromium and Firefox", () => {
  journey("see and hear each other, whoever came first", async (here) => {
    const link = await here.meeting();
    const anna = await here.chromium(ANNA);
    const ben = await here.firefox(BEN);
    await anna.opens(link);
    await anna.joins();
    await ben.opens(link);
    await ben.joins();
    await allMeet([anna, ben]);

    // The other way round: the Firefox is in the room when the Chromium comes.
    await anna.leaves();
    await ben.seesPeople(1);
    await anna.opens(link);
    await anna.joins();
    await allMeet([anna, ben]);

    await ben.camera(false);
    await anna.seesNoPictureOf(ben);
    await ben.microphone(false);
    await anna.doesNotHear(ben, { within: 3_000 });
    await ben.camera(true);
    await ben.microphone(true);
    await anna.sees(ben);
    await anna.hears(ben);
  });
});
