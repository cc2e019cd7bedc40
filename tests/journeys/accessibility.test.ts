// Every page and state before axe, in both schemes and languages; and the whole journey with a keyboard alone.
//
// Seen to fail: with a button without a name, with grey text on grey, and with an outline taken away.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { note } from "../harness/figures.ts";
import { ANNA, BEN, journey, type Character } from "../harness/journey.ts";
import { eventually } from "../harness/eventually.ts";
import { allMeet } from "../harness/person.ts";

let checked = 0;

async function nothingSerious(page: Page, state: string): Promise<void> {
  // What still fades in has colours of its own.
  await page.waitForTimeout(300);
  // "Legacy mode" injects axe into the page at hand only; the other one opens a second page for nothing.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  const grave = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html.slice(0, 160)).join(" ")}`);
  expect(grave, state).toEqual([]);
  checked += 1;
}

const VARIANTS: { language: "de" | "en"; scheme: "light" | "dark" }[] = [
  { language: "de", scheme: "light" },
  { language: "de", scheme: "dark" },
  { language: "en", scheme: "light" },
  { language: "en", scheme: "dark" },
];

for (const { language, scheme } of VARIANTS) {
  journey(`axe finds nothing serious: ${language}, ${scheme}`, async (here) => {
    here.watcher.allowsRefusals = true;
    const who: Character = { ...ANNA, language };
    const anna = await here.chromium(who, { scheme, size: { width: 1280, height: 800 } });
    const { page } = anna.tab;
    const { words } = anna;
    const state = (what: string) => nothingSerious(page, `${what}, ${language}, ${scheme}`);

    await anna.opens(here.server.origin);
    await page.getByRole("button", { name: words.newMeeting }).waitFor();
    await state("start page");
    await anna.tab.fill(words.meetingField, "abc");
    await anna.tab.press("button", words.next);
    await state("start page, wrong ID");
    const link = await here.meeting();
    const meeting = new URL(link).pathname;
    await anna.opens(`${here.server.origin}${meeting.slice(0, -1)}${meeting.endsWith("7") ? "8" : "7"}`);
    await page.waitForTimeout(500);
    await state("unknown meeting");

    await anna.opens(link);
    await page.getByRole("button", { name: words.join, exact: true }).waitFor();
    await state("join page");
    await anna.microphone(true);
    await anna.camera(true);
    await page.locator("video").first().waitFor();
    await state("join page, devices on");
    await anna.joins({});
    await state("room, alone");
    if (language === "de") {
      const ben = await here.chromium(BEN);
      await ben.opens(link);
      await ben.joins({ camera: scheme === "light", microphone: scheme === "dark" });
      await anna.seesPeople(2);
      if (scheme === "light") await anna.sees(ben);
      await state("room, two people");
      await anna.camera(false);
      await anna.microphone(false);
      await state("room, two people, own devices off");
    }
    await anna.leaves();
    await state("farewell");
    note("states checked so far", checked);
  });
}

journey("axe finds nothing serious when devices are blocked", async (here) => {
  const anna = await here.chromium(ANNA, { permission: "denied" });
  await anna.opens(await here.meeting());
  for (const device of [anna.words.camera, anna.words.microphone]) {
    await anna.tab.press("button", device);
    await nothingSerious(anna.tab.page, `join page, ${device} blocked`);
  }
  await anna.joins({});
  await anna.tab.press("button", anna.words.camera);
  await nothingSerious(anna.tab.page, "room, camera blocked");
});

/** Tabs until the control with this name has the focus, and checks that the focus can be seen on the way. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let steps = 0; steps < 40; steps += 1) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) return null;
      const label = element instanceof HTMLInputElement ? (element.labels?.[0]?.innerText ?? "") : "";
      const style = getComputedStyle(element);
      return {
        name: (element.getAttribute("aria-label") ?? (label || element.innerText)).replace(/\s+/g, " ").trim(),
        visible: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== "none",
      };
    });
    if (focused) expect(focused.visible, `the focus on "${focused.name}" can be seen`).toBe(true);
    if (focused?.name === name) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reaches "${name}"`);
}

journey("the whole journey by keyboard alone", async (here) => {
  const anna = await here.chromium(ANNA);
  const { page } = anna.tab;
  const { keyboard } = page;
  const { words } = anna;
  await anna.opens(here.server.origin);
  await page.getByRole("button", { name: words.newMeeting }).waitFor();
  await tabTo(page, words.newMeeting);
  await keyboard.press("Enter");
  await page.waitForURL(/\/m\//);
  await page.getByRole("button", { name: words.join, exact: true }).waitFor();
  await tabTo(page, words.nameField);
  await keyboard.type(anna.name);
  await tabTo(page, words.microphone);
  await keyboard.press("Space");
  await tabTo(page, words.camera);
  await keyboard.press("Enter");
  await eventually("both devices are on", async () => ((await anna.tab.pressed(words.microphone)) && (await anna.tab.pressed(words.camera)) ? true : "not yet"));
  await tabTo(page, words.join);
  await keyboard.press("Enter");
  await anna.seesPeople(1);

  const ben = await here.chromium(BEN);
  await ben.opens(page.url());
  await ben.joins();
  await allMeet([anna, ben]);
  await tabTo(page, words.microphone);
  await keyboard.press("Space");
  await ben.seesMuted(anna, true);
  await tabTo(page, words.camera);
  await keyboard.press("Space");
  await ben.seesNoPictureOf(anna);
  await tabTo(page, words.leave);
  await keyboard.press("Enter");
  await ben.seesPeople(1, { within: 5_000 });
  await tabTo(page, words.rejoin);
  await keyboard.press("Enter");
  await page.getByRole("button", { name: words.join, exact: true }).or(page.locator("[data-self]")).first().waitFor();
});
