// People of an organisation sign in by its own provider. Their links are opened by browsers that let each other in.
//
// Seen to fail: with whoever comes back taken in, sent from here or not.

import { afterAll, expect } from "vitest";
import { isSound } from "../harness/axe.ts";
import { sleep } from "../harness/eventually.ts";
import { button, createsAccount, field, heading, hosted, makesAppointment } from "../harness/host.ts";
import { ANNA, BEN, CARLA, type Journey } from "../harness/journey.ts";
import type { Sitting } from "../harness/panels.ts";
import { Provider } from "../harness/provider.ts";

const provider = await Provider.start();
afterAll(() => provider.close());

/** Goes to the provider by keyboard and comes back. */
async function signsIn(who: Sitting, answer: string): Promise<void> {
  await button(who, "Mit Beratungsstelle Mitte anmelden").focus();
  await who.tab.page.keyboard.press("Enter");
  await who.tab.page.getByRole("link", { name: answer }).focus();
  await who.tab.page.keyboard.press("Enter");
}

async function arrives(here: Journey, who: Sitting): Promise<void> {
  // The one who signs in goes there by a press of their own; the page itself asks nobody.
  here.watcher.alsoOwn(provider.issuer);
  await who.opens(new URL("/host", here.server.firstInvitation).href);
}

hosted(
  "a host of an organisation lets their second browser in, and a third by the sheet",
  async (here) => {
    provider.claims = { sub: "1", preferred_username: "jana", name: "Jana" };
    const jana = await here.chromium({ ...ANNA, name: "Jana" });
    await arrives(here, jana);
    await button(jana, "Mit Beratungsstelle Mitte anmelden").waitFor();
    await isSound(jana);
    await signsIn(jana, "Abbrechen");
    await jana.tab.page.getByText("Die Anmeldung bei Ihrer Organisation wurde abgebrochen.").waitFor();
    expect(new URL(jana.tab.page.url()).search).toBe("");
    await signsIn(jana, "Weiter als Jana");
    await heading(jana, "Guten Tag, Jana").waitFor();
    expect(jana.tab.page.url()).toMatch(/\/host$/);
    const link = await makesAppointment(jana, "Herr S.");
    here.mustNotBeLogged(link.slice(link.indexOf("#k=") + 3, link.indexOf("&t=")));
    await button(jana, "Wiederherstellungsbogen: Anlegen").click();
    await button(jana, "Bogen zeigen").click();
    const code = await field(jana, "Code auf dem Bogen").inputValue();
    await button(jana, "Ich habe ihn aufbewahrt").click();
    await isSound(jana);

    // The second one waits until the digits were compared.
    const second = await here.chromium({ ...BEN, name: "Jana am Telefon" });
    await arrives(here, second);
    await signsIn(second, "Weiter als Jana");
    await heading(second, "Noch ein Schritt, Jana").waitFor();
    const digits = await second.tab.page.getByText(/^\d{5}( \d{5}){3}$/).textContent();
    await isSound(second);
    await jana.tab.page.getByText(`bittet um Freigabe: ${digits}`).waitFor();
    await isSound(jana);
    await button(jana, /^Freigeben/).click();
    await heading(second, "Guten Tag, Jana").waitFor();
    await button(second, "Link und mehr").click();
    expect(await field(second, "Link für Gäste").inputValue()).toBe(link);

    // Signing out and in again asks for nothing more in a browser that opens them.
    await button(second, "Abmelden").first().click();
    await signsIn(second, "Weiter als Jana");
    await heading(second, "Guten Tag, Jana").waitFor();
    await second.tab.page.reload();
    await button(second, "Link und mehr").click();
    expect(await field(second, "Link für Gäste").inputValue()).toBe(link);

    const third = await here.chromium({ ...CARLA, name: "Jana zu Hause" });
    await arrives(here, third);
    await signsIn(third, "Weiter als Jana");
    await third.tab.page.getByText("Kein anderer Browser zur Hand?").click();
    await field(third, "Code auf dem Bogen").fill(code.toUpperCase());
    await isSound(third);
    await button(third, "Mit dem Bogen freigeben").click();
    await heading(third, "Guten Tag, Jana").waitFor();
    await button(third, "Link und mehr").click();
    expect(await field(third, "Link für Gäste").inputValue()).toBe(link);

    // A browser that is taken away opens nothing any more.
    await third.tab.page.getByText("dieser Browser").last().waitFor();
    await third.tab.page.getByRole("button", { name: /^Entfernen: Chrome/ }).first().click();
    await expect.poll(() => third.tab.page.getByRole("button", { name: /^Entfernen: Chrome/ }).count()).toBe(1);
    await jana.tab.page.reload();
    await button(jana, "Abmelden").first().click();
    await signsIn(jana, "Weiter als Jana");
    await heading(jana, "Noch ein Schritt, Jana").waitFor();
    await jana.tab.page.getByText("Kein anderer Browser zur Hand?").click();
    await button(jana, "Neu anfangen").click();
    await isSound(jana);
    await jana.tab.page.getByRole("dialog").getByRole("button", { name: "Neu anfangen" }).click();
    await heading(jana, "Guten Tag, Jana").waitFor();
    await button(jana, "Link und mehr").click();
    await jana.tab.page.getByText("Der Link zu diesem Raum lässt sich nicht mehr öffnen.").waitFor();
  },
  180_000,
  provider.settings,
);

// What a browser keeps is all that opens the vault, so nothing else that happens in it may take that away.
hosted(
  "a browser stays one that opens, whoever else signs out in it and however many pages are open",
  async (here) => {
    provider.claims = { sub: "3", preferred_username: "jana", name: "Jana" };
    const jana = await here.chromium({ ...ANNA, name: "Jana" });
    await arrives(here, jana);
    await signsIn(jana, "Weiter als Jana");
    const link = await makesAppointment(jana, "Herr S.");
    await button(jana, "Abmelden").first().click();
    await heading(jana, "Anmelden").waitFor();

    // Somebody with a password uses the same browser for a while.
    await createsAccount(jana, here.server.firstInvitation, "anna");
    await button(jana, "Abmelden").first().click();
    await signsIn(jana, "Weiter als Jana");
    await heading(jana, "Guten Tag, Jana").waitFor();
    await button(jana, "Link und mehr").click();
    expect(await field(jana, "Link für Gäste").inputValue()).toBe(link);

    // Two pages begin at once, where nothing is kept and nothing opens a vault yet: both come to the same one.
    const { page } = jana.tab;
    const count = () => page.evaluate(async () => ((await (await fetch("/api/account/devices")).json()) as unknown[]).length);
    await page.evaluate(async () => {
      await fetch("/api/account/devices/all", { method: "DELETE", headers: { "x-incamera": "1" } });
    });
    await page.goto(new URL("/healthz", here.server.firstInvitation).href);
    await page.evaluate(
      () =>
        new Promise<void>((resolve, reject) => {
          const gone = indexedDB.deleteDatabase("incamera");
          gone.onsuccess = () => resolve();
          gone.onerror = () => reject(new Error("it is not deleted"));
        }),
    );
    // What the first one hears is held back until the second one asks as well, if it does.
    let asked = 0;
    await page.context().route("**/api/account/devices", async (route) => {
      if (route.request().method() === "GET") {
        const answer = await route.fetch();
        asked++;
        for (let waited = 0; asked < 2 && waited < 1_500; waited += 50) await sleep(50);
        await route.fulfill({ response: answer });
      } else await route.continue();
    });
    const pages = await Promise.all([page.context().newPage(), page.context().newPage()]);
    await Promise.all(pages.map((one) => one.goto(new URL("/host", here.server.firstInvitation).href)));
    await Promise.all(pages.map((one) => one.getByRole("heading", { name: "Guten Tag, Jana" }).waitFor()));
    expect(await count()).toBe(1);
    // The pages go on asking until they are closed, and an answer on its way to a closed page is an error.
    await page.context().unrouteAll({ behavior: "wait" });
    await Promise.all(pages.map((one) => one.close()));

    // A browser that keeps nothing says so, and leaves nothing behind on the server.
    const other = await here.chromium({ ...BEN, name: "Jana in einem privaten Fenster" });
    await other.tab.page.addInitScript(() => {
      indexedDB.open = () => {
        throw new DOMException("nothing is kept here", "SecurityError");
      };
    });
    await arrives(here, other);
    await signsIn(other, "Weiter als Jana");
    await other.tab.page.getByText("Dieser Browser behält nichts").waitFor();
    await isSound(other);
    expect(await count()).toBe(1);
  },
  120_000,
  provider.settings,
);

// RFC 6749 section 10.12: nobody is signed in as somebody else by a link.
hosted(
  "whoever was not sent from here is not taken in",
  async (here) => {
    // Somebody begins to sign in, stops where the provider sends them back, and hands that address to somebody else.
    provider.claims = { sub: "2", preferred_username: "mallory", name: "Mallory" };
    const begun = await fetch(`${here.server.origin}/api/organisation/begin`, { method: "POST", headers: { "x-incamera": "1" } });
    const { url } = (await begun.json()) as { url: string };
    const sentBack = await fetch(url.replace("/authorize?", "/allowed?"), { redirect: "manual" });
    const caught = sentBack.headers.get("location") ?? "";
    expect(caught).toContain("code=");
    const jana = await here.chromium({ ...BEN, name: "Jana" });
    await jana.opens(caught);
    await jana.tab.page.getByText("Die Anmeldung bei Ihrer Organisation ist fehlgeschlagen.").waitFor();
    await heading(jana, "Anmelden").waitFor();
    await createsAccount(jana, here.server.firstInvitation, "jana");
    expect(await jana.tab.page.getByText("Mallory").count()).toBe(0);
  },
  60_000,
  provider.settings,
);
