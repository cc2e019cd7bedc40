// A reloaded page is back in the room, as the same one person.
//
// Seen to fail: with a client that forgets its resume token (the others see two of her).

import { ANNA, BEN, journey } from "../harness/journey.ts";
import { allMeet } from "../harness/person.ts";
import { throughout } from "../harness/eventually.ts";
import { figure } from "../harness/figures.ts";

journey("reload returns to the room without the join page, and nobody is doubled", async (here) => {
  const link = await here.meeting();
  const [anna, ben] = await Promise.all([here.chromium(ANNA), here.chromium(BEN)]);
  await anna.opens(link);
  await anna.joins();
  await ben.opens(link);
  await ben.joins();
  await allMeet([anna, ben]);

  const start = performance.now();
  await anna.tab.reload();
  const neverThree = throughout("anna is one person before ben", 6_000, async () => {
    const tiles = await ben.tiles();
    return tiles.length <= 2 ? true : tiles.map((tile) => tile.words).join(" | ");
  });
  // An unhandled rejection would end the run before the story says what it saw.
  neverThree.catch(() => undefined);
  await anna.seesPeople(2, { within: 10_000 });
  await anna.sees(ben);
  figure("reload: until the others are seen again", performance.now() - start, 3_000);
  // Devices that were on before are on again, and the name is the same: `sees` reads it.
  await ben.sees(anna);
  await ben.hears(anna);
  await anna.hears(ben);
  await neverThree;
  await ben.seesPeople(2);
});
