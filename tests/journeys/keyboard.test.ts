// The host's side in Firefox, with nothing but the keyboard: from the invitation to the guest who is let in. Whatever cannot be
// reached with the Tab key is not reached here.

import type { KeyInput } from "puppeteer-core";
import { describe, expect } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { FirefoxTab } from "../harness/firefox.ts";
import { hosted, knocks, PASSWORD } from "../harness/host.ts";
import { ANNA, BEN } from "../harness/journey.ts";
import { firefoxIsImpossible } from "../harness/namespace.ts";
import type { Person } from "../harness/person.ts";

/** More stops than any page has. */
const MOST_STOPS = 120;

class Keyboard {
  readonly #tab: FirefoxTab;

  constructor(who: Person) {
    if (!(who.tab instanceof FirefoxTab)) throw new Error("this is for Firefox");
    this.#tab = who.tab;
  }

  async press(...keys: KeyInput[]): Promise<void> {
    for (const key of keys) await this.#tab.page.keyboard.press(key);
  }

  async types(name: string, text: string): Promise<void> {
    await this.goesTo(name);
    await this.#tab.page.keyboard.type(text);
  }

  async activates(name: string): Promise<void> {
    await this.goesTo(name);
    // Keys that come over WebDriver BiDi press no button in this Firefox, though they arrive and are trusted. What is shown here is
    // that each can be reached; that Enter and the blank press them is the browser's own doing.
    const pressed = await this.#tab.page.evaluate(() => {
      if (!(document.activeElement instanceof HTMLButtonElement)) return false;
      document.activeElement.click();
      return true;
    });
    if (!pressed) await this.press("Enter");
  }

  /** Presses Tab until what is called so has the focus. */
  async goesTo(name: string): Promise<void> {
    const stops = new Set<string>();
    await eventually(
      `the Tab key leads to "${name}"`,
      async () => {
        for (let stop = 0; stop < MOST_STOPS; stop++) {
          const here = await this.#focused();
          if (here === name) return true;
          stops.add(here);
          await this.press("Tab");
        }
        return [...stops].join(" | ");
      },
      { within: 30_000 },
    );
  }

  async value(): Promise<string> {
    return this.#tab.page.evaluate(() => (document.activeElement as HTMLInputElement).value);
  }

  async shows(text: string): Promise<void> {
    await eventually(`"${text}" is shown`, async () => {
      const page = await this.#tab.page.evaluate(() => document.body.innerText);
      return page.includes(text) ? true : page.slice(0, 300);
    }, { within: 20_000 });
  }

  async #focused(): Promise<string> {
    return this.#tab.page.evaluate(() => {
      const element = document.activeElement;
      const label = element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? element.labels?.[0]?.textContent : undefined;
      return (element?.getAttribute("aria-label") ?? label ?? element?.textContent ?? "").trim();
    });
  }
}

describe.skipIf(firefoxIsImpossible())("a host in Firefox, by keyboard alone", () => {
  hosted(
    "makes an account and an appointment, and lets a guest in",
    async (here) => {
      const jana = await here.firefox({ ...ANNA, name: "Jana" });
      const keys = new Keyboard(jana);
      await jana.opens(here.server.firstInvitation);
      await keys.types("Ihr Name", "Jana");
      await keys.types("Anmeldename", "jana");
      await keys.types("Passwort", PASSWORD);
      await keys.types("Passwort noch einmal", PASSWORD);
      await keys.press("Enter");
      await keys.shows("Guten Tag, Jana");

      // Out and in again.
      await keys.activates("Abmelden");
      await keys.types("Anmeldename", "jana");
      await keys.types("Passwort", PASSWORD);
      await keys.press("Enter");
      await keys.shows("Guten Tag, Jana");

      await keys.activates("Neuer Termin");
      await keys.types("Für wen oder wozu", "Herr S.");
      await keys.press("Enter");
      await keys.goesTo("Link für Gäste");
      const link = await keys.value();
      expect(link).toContain("/m/");
      here.mustNotBeLogged(link.slice(link.indexOf("#k=") + 3, link.indexOf("&t=")));

      const ben = await here.chromium(BEN);
      await knocks(ben, link);
      await keys.shows("1 Person wartet");
      await keys.activates("Raum betreten");
      await keys.goesTo(jana.words.nameField);
      expect(await keys.value(), "a host need not say who they are").toBe("Jana");
      await keys.activates(jana.words.microphone);
      await keys.activates(jana.words.camera);
      await keys.activates(jana.words.join);
      await keys.activates("Ben einlassen");
      await ben.sees(jana);
      await jana.sees(ben);
    },
    150_000,
  );
});
