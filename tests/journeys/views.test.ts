// What each person makes of the room for themselves: who is large, who is pinned, what is hidden.

import { expect } from "vitest";
import type { ChromiumTab } from "../harness/chromium.ts";
import { eventually } from "../harness/eventually.ts";
import { figure } from "../harness/figures.ts";
import { ANNA, BEN, CARLA, journey, type Journey } from "../harness/journey.ts";
import type { Person } from "../harness/person.ts";

type InChromium = Person & { tab: ChromiumTab };

async function three(here: Journey, size = { width: 1280, height: 800 }): Promise<[InChromium, InChromium, InChromium]> {
  const link = await here.meeting();
  const anna = await here.chromium(ANNA, { size });
  const [ben, carla] = [await here.chromium(BEN), await here.chromium(CARLA)];
  for (const one of [anna, ben, carla]) {
    await one.opens(link);
    await one.joins({ camera: true, microphone: one === anna });
  }
  await anna.seesPeople(3);
  return [anna, ben, carla];
}

async function chooses(person: InChromium, mode: string): Promise<void> {
  await person.tab.press("button", "Ansicht");
  await person.tab.page.getByRole("radio", { name: mode }).check();
  await person.tab.page.keyboard.press("Escape");
}

const large = (person: InChromium) =>
  person.tab.page.locator('[data-role="large"]').evaluateAll((tiles) => tiles.map((tile) => (tile as HTMLElement).dataset["participant"]));

async function isLarge(person: InChromium, other: Person): Promise<number> {
  const id = await other.id();
  return eventually(`${other.name} is large`, async () => {
    const now = await large(person);
    return now.length === 1 && now[0] === id ? true : `${now.length} are large`;
  }, { every: 50 });
}

journey("in the speaker's view whoever speaks is large, and a pin wins over that, also after a reload", async (here) => {
  const [anna, ben, carla] = await three(here);
  await chooses(anna, "Wer spricht, groß");
  await ben.microphone(true);
  figure("speaker: until the first one is large", await isLarge(anna, ben), 1_500);
  await ben.microphone(false);
  await carla.microphone(true);
  figure("speaker: until the next one is large", await isLarge(anna, carla), 2_500);

  // By keyboard: the Tab key reaches the stage once, the arrows go from picture to picture.
  const { page } = anna.tab;
  const bens = page.locator(`[data-participant="${await ben.id()}"] .hit`);
  await page.locator(".hit[tabindex='0']").focus();
  for (let step = 0; step < 4 && !(await bens.evaluate((one) => one === document.activeElement)); step += 1) {
    await page.keyboard.press("ArrowRight");
  }
  for (let step = 0; step < 4 && !(await bens.evaluate((one) => one === document.activeElement)); step += 1) {
    await page.keyboard.press("ArrowLeft");
  }
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Anheften", exact: true }).click();
  await isLarge(anna, ben);
  await anna.hears(carla);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await isLarge(anna, ben);
  await anna.tab.reload();
  await anna.seesPeople(3);
  await isLarge(anna, ben);

  // A second one, larger than the first.
  await page.locator(`[data-participant="${await carla.id()}"][data-source="camera"] .hit`).click();
  await page.getByRole("button", { name: "Anheften", exact: true }).click();
  await page.locator(`[data-participant="${await carla.id()}"][data-source="camera"] .hit`).click();
  await page.getByRole("radio", { name: "Am größten" }).check();
  await page.keyboard.press("Escape");
  const width = async (one: Person) => (await page.locator(`[data-participant="${await one.id()}"]`).boundingBox())?.width ?? 0;
  expect(await large(anna)).toHaveLength(2);
  expect(await width(carla)).toBeGreaterThan(1.3 * (await width(ben)));
  // Nobody else notices.
  expect(await large(ben)).toHaveLength(0);
}, 120_000);

journey("the own picture can be hidden, and in the quiet view only who speaks is there", async (here) => {
  const [anna, ben, carla] = await three(here);
  await carla.microphone(true);
  await anna.hears(carla);
  await anna.tab.press("button", "Ansicht");
  await anna.tab.page.getByRole("checkbox", { name: "Eigenes Bild ausblenden" }).check();
  await anna.tab.page.keyboard.press("Escape");
  await eventually("Anna's own tile is gone", async () => ((await anna.ownTile()) ? "it is there" : true));
  await ben.sees(anna);
  await chooses(anna, "Ruhig");
  const carlas = await carla.id();
  await eventually("only Carla is there", async () => {
    const ids = (await anna.tiles()).map(({ id }) => id);
    return ids.length === 1 && ids[0] === carlas ? true : `${ids.length} tiles`;
  });
  await anna.sees(carla);
}, 90_000);

journey("on an upright phone the small ones are below", async (here) => {
  const [anna, ben] = await three(here, { width: 390, height: 760 });
  const { page } = anna.tab;
  await page.evaluate(() => sessionStorage.clear());
  await page.locator(`[data-participant="${await ben.id()}"] .hit`).click();
  await page.getByRole("button", { name: "Anheften", exact: true }).click();
  await isLarge(anna, ben);
  await eventually("the small ones are below", async () => {
    const places = await page.evaluate(() => ["large", "small"].map((role) => document.querySelector(`[data-role="${role}"]`)?.getBoundingClientRect().toJSON() as DOMRect | undefined));
    const [main, small] = places;
    return main && small && small.y >= main.y + main.height ? true : JSON.stringify(places);
  });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
}, 90_000);
