// Three people, each in the right tile, each with the right voice; then a fourth look at who comes late.

import { figure } from "../harness/figures.ts";
import { ANNA, BEN, CARLA, journey } from "../harness/journey.ts";
import { allMeet } from "../harness/person.ts";

// Seen to fail: with tiles given each other's slots.
journey("three people see and hear the two others, and the last one soon", async (here) => {
  const link = await here.meeting();
  const [anna, ben, carla] = await Promise.all([here.chromium(ANNA), here.chromium(BEN), here.chromium(CARLA)]);
  await anna.opens(link);
  await anna.joins();
  await ben.opens(link);
  await ben.joins();
  await ben.sees(anna);
  await carla.opens(link);
  const pressed = await carla.joins();
  await carla.sees(anna);
  figure("late joiner: from Beitreten to the first picture", performance.now() - pressed, 2_000);
  await carla.sees(ben);
  figure("late joiner: from Beitreten to both pictures", performance.now() - pressed, 2_000);
  await allMeet([anna, ben, carla]);

  // A voice belongs to a person, not to a slot: the right one falls silent.
  await ben.microphone(false);
  await carla.doesNotHear(ben, { within: 3_000 });
  await carla.hears(anna);
  await anna.hears(carla);
});
