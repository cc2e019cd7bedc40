// Devices that are blocked or do not exist: the page says so in words, and one can be there all the same.
//
// Seen to fail: with a notice that offers another try but does not say what is wrong.

import { expect } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { note } from "../harness/figures.ts";
import { ANNA, BEN, journey, type InChromium } from "../harness/journey.ts";
import type { Person } from "../harness/person.ts";

/** Presses the device and waits for the words that the page then says about it; the button must not claim to be on. */
async function pressesInVain(person: Person, device: string, words: RegExp): Promise<string> {
  const before = await person.pageText();
  await person.tab.press("button", device);
  let said = "";
  await eventually(`the page says why there is no ${device}`, async () => {
    const text = await person.pageText();
    said = text.split("\n").filter((line) => !before.includes(line)).join(" ").trim();
    return words.test(said) && said.includes(device) ? true : `only "${said}"`;
  }, { within: 10_000 });
  expect(await person.tab.pressed(device)).toBe(false);
  return said;
}

const CASES: [title: string, options: InChromium, words: RegExp][] = [
  ["a blocked microphone and camera", { permission: "denied" }, /blockiert|gesperrt|erlaub|Berechtigung|verweigert|zugelassen/i],
  ["no microphone and no camera at all", { devices: false }, /kein/i],
];

for (const [title, options, words] of CASES) {
  journey(`${title}: told in words, and one can join without`, async (here) => {
    const link = await here.meeting();
    const ben = await here.chromium(BEN);
    await ben.opens(link);
    await ben.joins();

    const anna = await here.chromium(ANNA, options);
    await anna.opens(link);
    await anna.agrees();
    note("camera", await pressesInVain(anna, anna.words.camera, words));
    note("microphone", await pressesInVain(anna, anna.words.microphone, words));

    await anna.joins({});
    await anna.sees(ben);
    await anna.hears(ben);
    await ben.seesNoPictureOf(anna);
    await ben.seesMuted(anna, true);
    // The same in the room as at the door.
    await anna.tab.press("button", anna.words.microphone);
    await eventually("the room says it too", async () => {
      const text = await anna.pageText();
      return words.test(text) ? true : text;
    }, { within: 10_000 });
    expect(await anna.tab.pressed(anna.words.microphone)).toBe(false);
  });
}
