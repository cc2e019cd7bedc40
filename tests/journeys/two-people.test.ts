// Two people meet, each at a Chromium of their own.
//
// Seen to fail: with the voices muted in the page.

import { expect } from "vitest";
import { figure } from "../harness/figures.ts";
import { ANNA, BEN, journey } from "../harness/journey.ts";
import { allMeet } from "../harness/person.ts";

journey("from the start page to seeing and hearing each other", async (here) => {
  const anna = await here.chromium(ANNA);
  await anna.opens(`${here.server.origin}/`);
  await anna.tab.press("button", anna.words.newMeeting);
  await anna.tab.page.waitForURL(/\/m\//);
  const link = await anna.tab.address();
  expect(new URL(link).pathname).toMatch(/^\/m\/[0-9a-z]{5}-[0-9a-z]{5}-[0-9a-z]{5}$/);
  expect(new URL(link).hash).toMatch(/[#&]k=[\w-]{16,}/);
  await anna.joins();
  await anna.tab.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await anna.tab.page.getByRole("button", { name: "Link kopieren" }).first().click();
  await anna.tab.page.getByText("Link kopiert").first().waitFor();
  expect(await anna.tab.evaluate(() => navigator.clipboard.readText(), null)).toBe(link);

  const ben = await here.chromium(BEN);
  await ben.opens(link);
  const pressed = await ben.joins();
  await ben.sees(anna);
  figure("from Beitreten to the first picture", performance.now() - pressed, 1_500);
  await allMeet([anna, ben]);
  // Nobody sees themselves in another's tile, and nobody is heard by themselves.
  await anna.seesPeople(2);
  await ben.seesPeople(2);
  await anna.doesNotHear(anna, { within: 3_000 });

  await ben.leaves();
  await anna.seesPeople(1, { within: 5_000 });
  await ben.tab.press((await ben.tab.has("button", ben.words.rejoin)) ? "button" : "link", ben.words.rejoin);
});
