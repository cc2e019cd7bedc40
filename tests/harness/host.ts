// A host at their desk, and a guest at the door, in the words of a journey.

import { test } from "vitest";
import { eventually } from "./eventually.ts";
import { type Journey, tell } from "./journey.ts";
import type { Sitting } from "./panels.ts";
import { Server } from "./server.ts";

export const PASSWORD = "Regenbogen am Fluss 7";

export const button = (who: Sitting, name: string | RegExp) => who.tab.page.getByRole("button", { name, exact: typeof name === "string" });
export const field = (who: Sitting, name: string) => who.tab.page.getByLabel(name, { exact: true });
export const heading = (who: Sitting, name: string | RegExp) => who.tab.page.getByRole("heading", { name });

/** What has the focus: its name, or what it is. */
export const focused = (who: Sitting) =>
  who.tab.page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.tagName ?? "");

/** A journey on a server on which only hosts open rooms, as it is by default. */
export function hosted(title: string, story: (here: Journey) => Promise<void>, timeout: number, more: readonly string[] = []): void {
  test(
    title,
    async () =>
      tell(await Server.start(null, { openRooms: false, more }), async (here) => {
        // Nobody is signed in yet, passwords are wrong and doors are closed: browsers write each of these down.
        here.watcher.allowsRefusals = true;
        await story(here);
      }),
    timeout,
  );
}

/** Takes up an invitation. */
export async function createsAccount(who: Sitting, invitation: string, login: string): Promise<void> {
  await who.opens(invitation);
  await field(who, "Ihr Name").fill(who.name);
  await field(who, "Anmeldename").fill(login);
  await field(who, "Passwort").fill(PASSWORD);
  await field(who, "Passwort noch einmal").fill(PASSWORD);
  await button(who, "Konto anlegen").click();
  await heading(who, `Guten Tag, ${who.name}`).waitFor();
}

export async function signsIn(who: Sitting, login: string, password = PASSWORD): Promise<void> {
  await field(who, "Anmeldename").fill(login);
  await field(who, "Passwort").fill(password);
  await button(who, "Anmelden").click();
}

/** Makes an appointment with what stands in the form already; gives the link for guests. */
export async function makesAppointment(who: Sitting, title: string): Promise<string> {
  await button(who, "Neuer Termin").click();
  await field(who, "Für wen oder wozu").fill(title);
  await button(who, "Anlegen").click();
  const card = who.tab.page.getByRole("article", { name: title });
  return card.getByLabel("Link für Gäste", { exact: true }).inputValue();
}

/** Goes to the door and asks to be let in; ends in the waiting room. */
export async function knocks(who: Sitting, link: string): Promise<void> {
  await who.opens(link);
  await who.agrees();
  await button(who, who.words.microphone).click();
  await button(who, who.words.camera).click();
  await button(who, who.words.join).click();
  await heading(who, "Gleich geht es los").waitFor();
}

/** Nothing of the room is on the page of someone who waits. */
export async function seesNothing(who: Sitting): Promise<void> {
  await eventually(`${who.name} sees nothing of the room`, async () => {
    const tiles = await who.tiles();
    const others = await who.tab.page.locator("[data-participant], audio").count();
    return tiles.length === 0 && others === 0 ? true : `${tiles.length} tiles, ${others} pictures and voices`;
  });
}
