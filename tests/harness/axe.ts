// What axe finds in a page that someone could stumble over.

import { AxeBuilder } from "@axe-core/playwright";
import { basename } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Sitting } from "./panels.ts";

/**
 * Said of each finding: the rule, what it asks for, and where. Empty when nothing is serious. Where the
 * system's own colours are forced upon the page, they are not ours to judge, and axe takes them for ours.
 */
export async function seriousFindings(page: Page, { colours = true } = {}): Promise<string[]> {
  // "Legacy mode" injects axe into the page at hand only; the other one opens a second page for nothing.
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  const { violations } = await (colours ? axe : axe.disableRules(["color-contrast"])).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html.slice(0, 160)).join(" ")}`);
}

/** What sticks out to the right of the page or of a dialog, where it could only be reached by scrolling sideways (WCAG 1.4.10). */
export async function stickingOut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    return [document.documentElement, ...document.querySelectorAll("dialog[open]")].flatMap((within) => {
      if (within.scrollWidth <= within.clientWidth) return [];
      const right = within.getBoundingClientRect().left + within.clientWidth + 1;
      const wide = [...within.querySelectorAll("*")].filter((element) => element.getBoundingClientRect().right > right);
      return [`${within.localName} is ${within.scrollWidth} wide on ${within.clientWidth}`, ...wide.slice(0, 3).map((element) => element.outerHTML.slice(0, 120))];
    });
  });
}

let shot = 0;

/** Nothing is wrong with the page that someone looks at. With `SHOTS=folder` a picture of it is kept there. */
export async function isSound({ name, tab: { page } }: Sitting): Promise<void> {
  const folder = process.env["SHOTS"];
  if (folder !== undefined) {
    const story = basename(expect.getState().testPath ?? "", ".test.ts");
    await page.screenshot({ path: `${folder}/${story}-${String(shot++).padStart(2, "0")}-${name}.png`, fullPage: true });
  }
  expect(await seriousFindings(page)).toEqual([]);
  expect(await stickingOut(page)).toEqual([]);
}
