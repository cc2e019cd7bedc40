// Every page and state before axe, in both schemes and languages; and the whole journey with a keyboard alone.
//
// Seen to fail: with text in light grey, and with the outline of the focus taken away.

import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { seriousFindings } from "../harness/axe.ts";
import { note } from "../harness/figures.ts";
import { ANNA, BEN, journey, type Character } from "../harness/journey.ts";
import { eventually } from "../harness/eventually.ts";
import { allMeet } from "../harness/person.ts";

let checked = 0;

async function nothingSerious(page: Page, state: string): Promise<void> {
  // What still fades in has colours of its own.
  await page.waitForTimeout(300);
  expect(await seriousFindings(page), state).toEqual([]);
  checked += 1;
}

const VARIANTS: { language: "de" | "en"; scheme: "light" | "dark" }[] = [
  { language: "de", scheme: "light" },
  { language: "de", scheme: "dark" },
  { language: "en", scheme: "light" },
  { language: "en", scheme: "dark" },
];

journey("axe finds nothing serious in plain German, from the link to leaving, on a phone", async (here) => {
  const anna = await here.chromium(ANNA, { size: { width: 390, height: 844 }, touch: true });
  const { page } = anna.tab;
  const state = async (what: string) => {
    await nothingSerious(page, `${what}, plain German`);
  };
  await anna.opens(await here.meeting());
  await anna.tab.press("button", "Einfache Sprache");
  await page.getByRole("heading", { name: "Sind Sie einverstanden?" }).waitFor();
  await page.getByText("Wir fragen Sie").waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("de-x-leicht");
  await state("consent");
  await anna.tab.press("button", "So geht es");
  await page.getByText("So machen Sie mit").waitFor();
  await state("help");
  await page.keyboard.press("Escape");
  // The names of the buttons stay what they are in German; only the field for the name has a simpler one.
  await page.getByLabel("Ihr Name").fill(anna.name);
  await anna.tab.press("button", "Ja, ich bin einverstanden");
  await page.getByText("Gleich sind Sie im Raum").waitFor();
  await state("join page");
  await anna.tab.press("button", anna.words.join);
  await page.getByText("Schicken Sie den anderen den Link.").waitFor();
  await state("room, alone");
  await anna.tab.press("button", anna.words.leave);
  await page.getByText("Sie haben das Treffen verlassen").waitFor();
  await state("farewell");
});

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
    await page.getByRole("button", { name: words.agree, exact: true }).waitFor();
    await state("consent");
    await anna.agrees();
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
  await anna.agrees();
  for (const device of [anna.words.camera, anna.words.microphone]) {
    await anna.tab.press("button", device);
    await nothingSerious(anna.tab.page, `join page, ${device} blocked`);
  }
  await anna.joins({});
  await anna.tab.press("button", anna.words.camera);
  await nothingSerious(anna.tab.page, "room, camera blocked");
});

/** Tabs until this control has the focus, and checks that the focus can be seen on the way. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  await control.waitFor();
  for (let steps = 0; steps < 40; steps += 1) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) return null;
      const style = getComputedStyle(element);
      return {
        // A heading takes the focus so that it is read aloud; nobody tabs to it, so it needs no outline.
        stop: element.tabIndex >= 0,
        what: element.outerHTML.slice(0, 120),
        visible: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== "none",
      };
    });
    if (focused?.stop) expect(focused.visible, `the focus can be seen on ${focused.what}`).toBe(true);
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reaches ${control}`);
}

journey("the whole journey by keyboard alone", async (here) => {
  const anna = await here.chromium(ANNA);
  const { page } = anna.tab;
  const { keyboard } = page;
  const { words } = anna;
  await anna.opens(here.server.origin);
  const button = (name: string): Locator => page.getByRole("button", { name, exact: true });
  await tabTo(page, button(words.newMeeting));
  await keyboard.press("Enter");
  await page.waitForURL(/\/m\//);
  await tabTo(page, page.getByRole("textbox", { name: words.nameField, exact: true }));
  await keyboard.type(anna.name);
  await tabTo(page, button(words.agree));
  await keyboard.press("Enter");
  await button(words.join).waitFor();
  await tabTo(page, button(words.microphone));
  await keyboard.press("Space");
  await tabTo(page, button(words.camera));
  await keyboard.press("Enter");
  await eventually("both devices are on", async () => ((await anna.tab.pressed(words.microphone)) && (await anna.tab.pressed(words.camera)) ? true : "not yet"));
  await tabTo(page, button(words.join));
  await keyboard.press("Enter");
  await anna.seesPeople(1);

  const ben = await here.chromium(BEN);
  await ben.opens(page.url());
  await ben.joins();
  await allMeet([anna, ben]);
  await tabTo(page, button(words.microphone));
  await keyboard.press("Space");
  await ben.seesMuted(anna, true);
  await tabTo(page, button(words.camera));
  await keyboard.press("Space");
  await ben.seesNoPictureOf(anna);
  await tabTo(page, button(words.leave));
  await keyboard.press("Enter");
  await ben.seesPeople(1, { within: 5_000 });
  await tabTo(page, button(words.rejoin).or(page.getByRole("link", { name: words.rejoin, exact: true })));
  await keyboard.press("Enter");
  await page.getByRole("button", { name: words.join, exact: true }).or(page.locator("[data-self]")).first().waitFor();
});
