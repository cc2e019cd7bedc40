// The whole journey on a phone: by tap, without sideways scrolling, with buttons that a thumb hits.
//
// Seen to fail: with a page of at least 420 px, and with buttons of 30 px height.

import { expect } from "vitest";
import { ANNA, BEN, journey } from "../harness/journey.ts";
import type { ChromiumTab } from "../harness/chromium.ts";
import { allMeet } from "../harness/person.ts";

async function fits(tab: ChromiumTab, width: number, where: string): Promise<void> {
  const { wide, small } = await tab.evaluate(() => {
    const shown = (element: Element): boolean => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    // What a thumb hits: a tick box is pressed by its label as well.
    const target = (control: HTMLElement): DOMRect => {
      const label = control instanceof HTMLInputElement && /checkbox|radio/.test(control.type) ? control.closest("label") : null;
      return (label ?? control).getBoundingClientRect();
    };
    const controls = [...document.querySelectorAll<HTMLElement>("button, input:not([type=hidden]), select, a[href], summary")].filter(shown);
    return {
      wide: document.documentElement.scrollWidth,
      small: controls
        .filter((control) => {
          const { width, height } = target(control);
          // A link within a sentence is as high as its line (WCAG 2.5.8 excepts it); a skip link shows only with focus.
          const inline = control.tagName === "A" && getComputedStyle(control).display === "inline";
          return !inline && width > 1 && (width < 44 || height < 44);
        })
        .map((control) => {
          const { width, height } = target(control);
          return `${control.tagName} "${control.innerText || control.getAttribute("aria-label") || ""}" ${Math.round(width)}x${Math.round(height)}`;
        }),
    };
  }, null);
  // Not `innerWidth`: a phone zooms out until a page that is too wide fits, and then the two are equal.
  expect(wide, `${where} scrolls sideways`).toBeLessThanOrEqual(width);
  expect(small, `${where} has controls below 44 px`).toEqual([]);
}

for (const size of [{ width: 390, height: 844 }, { width: 320, height: 568 }]) {
  journey(`a phone of ${size.width} pixels, by tap alone`, async (here) => {
    const phone = { size, touch: true, scale: 2 };
    const anna = await here.chromium(ANNA, phone);
    const { page } = anna.tab;
    const tap = (name: string) => page.getByRole("button", { name, exact: true }).tap();

    await anna.opens(here.server.origin);
    await fits(anna.tab, size.width, "the start page");
    await tap(anna.words.newMeeting);
    await page.waitForURL(/\/m\//);
    const field = page.getByRole("textbox", { name: anna.words.nameField, exact: true });
    await field.tap();
    await page.keyboard.type(anna.name);
    await fits(anna.tab, size.width, "the consent");
    await tap(anna.words.agree);
    await page.getByRole("button", { name: anna.words.join, exact: true }).waitFor();
    await fits(anna.tab, size.width, "the join page");
    await tap(anna.words.microphone);
    await tap(anna.words.camera);
    await page.locator("video").first().waitFor();
    await fits(anna.tab, size.width, "the join page with devices on");
    await tap(anna.words.join);
    await anna.seesPeople(1);
    await fits(anna.tab, size.width, "the room alone");

    const ben = await here.chromium(BEN);
    await ben.opens(await anna.tab.address());
    await ben.joins();
    await allMeet([anna, ben]);
    await fits(anna.tab, size.width, "the room with two");
    for (const name of [anna.words.microphone, anna.words.camera, anna.words.leave]) {
      const box = await page.getByRole("button", { name, exact: true }).boundingBox();
      expect(box, `"${name}" is on the screen`).not.toBeNull();
      expect((box?.y ?? 0) + (box?.height ?? 0), `"${name}" is above the lower edge`).toBeLessThanOrEqual(size.height);
    }

    await tap(anna.words.microphone);
    await ben.seesMuted(anna, true);
    await tap(anna.words.leave);
    await ben.seesPeople(1, { within: 5_000 });
    await page.getByText(anna.words.rejoin).waitFor();
    await fits(anna.tab, size.width, "the farewell page");
  });
}
