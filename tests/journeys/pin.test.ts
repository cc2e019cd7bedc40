// On a network that carries one large picture and one small one, the pinned person is the large one.
// What a pin does is seen in what the browser then receives.
//
// Seen to fail: with a pin that was not sent.

import { eventually } from "../harness/eventually.ts";
import { badJourney, shown, USUAL } from "../harness/bad-network.ts";
import { figure } from "../harness/figures.ts";
import { ANNA, BEN, CARLA, type Character } from "../harness/journey.ts";
import { COLOURS } from "../harness/looks.ts";
import { busyFilm, MIDDLE } from "../harness/media-files.ts";
import type { ChromiumTab } from "../harness/chromium.ts";
import type { Person } from "../harness/person.ts";

/** Two small pictures and two voices take 500 kbit/s of it, a large one 400 more. */
const NARROW = { ...USUAL, rateBps: 1_300_000 };

/** Presses "Anheften" on someone's picture: pins it, or takes the pin away. */
async function pins(anna: Person & { tab: ChromiumTab }, other: Person): Promise<void> {
  const { page } = anna.tab;
  await page.locator(`[data-participant="${await other.id()}"] .hit`).click();
  await page.getByRole("button", { name: "Anheften", exact: true }).click();
}

badJourney("a pinned picture is the large one, whoever it is", async (here, network) => {
  const link = await here.meeting();
  const busy = (who: Character) => here.chromium(who, { picture: busyFilm(COLOURS[who.colour], MIDDLE), size: { width: 1280, height: 800 } });
  const [anna, ben, carla] = [await busy(ANNA), await busy(BEN), await busy(CARLA)];
  const annas = await network.legOf(anna);
  annas.become(USUAL);
  await anna.opens(annas.through(link));
  await anna.joins({ camera: false, microphone: false });
  for (const one of [ben, carla]) {
    await one.opens((await network.legOf(one)).through(link));
    await one.joins();
    await anna.sees(one);
  }
  annas.down.become(NARROW);
  for (const [turn, [favourite, other]] of ([[ben, carla], [carla, ben], [ben, carla]] as const).entries()) {
    if (turn > 0) await pins(anna, other);
    await pins(anna, favourite);
    const took = await eventually(`${favourite.name} is large and ${other.name} is small`, async () => {
      const [large, small] = [await shown(anna, favourite), await shown(anna, other)];
      return large === 640 && small === 320 ? true : `${favourite.name}: ${large}, ${other.name}: ${small}`;
    }, { within: 40_000, every: 200 });
    figure(`pin of ${favourite.name}: until the pictures have changed places`, took, 10_000);
  }
}, 200_000);
