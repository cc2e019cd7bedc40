// A forgotten password: set anew with the recovery sheet, and no link is lost.
//
// Seen to fail: with a vault that is made anew, a sheet that is good before it was kept, a page that is printed whole, and advice
// that stays.

import { expect } from "vitest";
import { isSound } from "../harness/axe.ts";
import { button, createsAccount, field, focused, heading, hosted, makesAppointment, PASSWORD } from "../harness/host.ts";
import { ANNA } from "../harness/journey.ts";
import type { Sitting } from "../harness/panels.ts";

const NEXT = "Nebelhorn im Garten 9";

/** Prints the recovery sheet; gives the code on it. */
async function makesSheet(who: Sitting, password: string): Promise<string> {
  const { keyboard } = who.tab.page;
  await keyboard.press("Enter");
  await field(who, "Ihr Passwort").focus();
  await keyboard.type(password);
  await keyboard.press("Enter");
  const code = await field(who, "Code auf dem Bogen").inputValue();
  expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){7}[0-9a-hjkmnp-tv-z]{4}$/);
  return code;
}

/** What would come out of the printer. */
async function printed(who: Sitting): Promise<string> {
  await who.tab.page.emulateMedia({ media: "print" });
  const text = await who.tab.page.evaluate(() => {
    const shown = [...document.querySelectorAll<HTMLElement>("h1, h2, h3, p, li, button, input")].filter(
      (element) => getComputedStyle(element).visibility === "visible" && element.getClientRects().length > 0,
    );
    return shown.map((element) => element.textContent).join("\n");
  });
  await who.tab.page.emulateMedia({ media: null });
  return text;
}

hosted("a host prints a recovery sheet, forgets their password, and keeps every link", async (here) => {
  const jana = await here.chromium({ ...ANNA, name: "Jana" });
  await createsAccount(jana, here.server.firstInvitation, "jana");
  await jana.tab.page.getByText("Noch keiner. Vergessen Sie Ihr Passwort").waitFor();
  const link = await makesAppointment(jana, "Herr S.");
  const { keyboard } = jana.tab.page;
  await button(jana, "Nicht jetzt").focus();
  await keyboard.press("Enter");
  expect(await focused(jana)).toBe("H1");
  await jana.tab.page.reload();
  await button(jana, "Zum Bogen").focus();
  await keyboard.press("Enter");
  await keyboard.press("Enter");
  await field(jana, "Ihr Passwort").focus();
  await keyboard.type("something else");
  await keyboard.press("Enter");
  await jana.tab.page.getByText("Das Passwort stimmt nicht.").waitFor();
  await isSound(jana);
  await keyboard.press("Escape");
  await jana.tab.page.getByRole("dialog").waitFor({ state: "hidden" });
  // Closed while it is made, it is not shown later to who has typed nothing.
  await keyboard.press("Enter");
  await field(jana, "Ihr Passwort").fill(PASSWORD);
  await keyboard.press("Enter");
  await keyboard.press("Escape");
  await jana.tab.page.getByRole("dialog").waitFor({ state: "hidden" });
  await jana.tab.page.waitForTimeout(2_000);
  const dropped = await makesSheet(jana, PASSWORD);
  // What was shown and not kept is nothing.
  await jana.tab.page.reload();
  await jana.tab.page.getByText("Noch keiner. Vergessen Sie Ihr Passwort").waitFor();
  await button(jana, "Zum Bogen").focus();
  await keyboard.press("Enter");
  const code = await makesSheet(jana, PASSWORD);
  expect(code).not.toBe(dropped);
  for (const secret of [code, code.replaceAll("-", "")]) here.mustNotBeLogged(secret);
  const paper = await printed(jana);
  expect(paper).toContain(code);
  expect(paper).toContain("Für jana auf");
  expect(paper).not.toContain("Guten Tag");
  await isSound(jana);
  await button(jana, "Ich habe ihn aufbewahrt").focus();
  await keyboard.press("Enter");
  await jana.tab.page.getByRole("dialog").waitFor({ state: "hidden" });
  await jana.tab.page.getByText(/^Angelegt am/).waitFor();
  expect(await button(jana, "Zum Bogen").count()).toBe(0);

  const other = await here.chromium({ ...ANNA, name: "Jana" });
  await other.opens(new URL("/host", here.server.firstInvitation).href);
  await button(other, "Passwort vergessen?").click();
  await heading(other, "Passwort vergessen").waitFor();
  await isSound(other);
  const fills = async (typed: string, password: string, again = password): Promise<void> => {
    await field(other, "Anmeldename").fill("jana");
    await field(other, "Code auf dem Bogen").fill(typed);
    await field(other, "Neues Passwort").fill(password);
    await field(other, "Neues Passwort noch einmal").fill(again);
    await other.tab.page.keyboard.press("Enter");
  };
  await fills(code.slice(1), NEXT);
  await other.tab.page.getByText("Der Code hat acht Gruppen zu vier Zeichen.").waitFor();
  await fills(dropped, NEXT);
  await other.tab.page.getByText("Anmeldename oder Code stimmt nicht").waitFor();
  await fills(code.replaceAll("-", " ").toUpperCase(), NEXT);
  await heading(other, "Guten Tag, Jana").waitFor();
  await button(other, "Link und mehr").click();
  expect(await field(other, "Link für Gäste").inputValue()).toBe(link);
  // Whoever was signed in elsewhere is not any more.
  await heading(jana, "Anmelden").waitFor();

  // A link for a new password does the same with the sheet, and asks for it only where there is one.
  const secret = await other.tab.evaluate(async () => {
    const { account } = (await (await fetch("/api/account")).json()) as { account: { id: string } };
    const headers = { "content-type": "application/json", "x-incamera": "1" };
    const body = JSON.stringify({ rank: "host", account: account.id });
    const made = (await (await fetch("/api/invitations", { method: "POST", headers, body })).json()) as { invitation: string };
    return made.invitation;
  }, null);
  await jana.opens(new URL(`/host#i=${secret}`, here.server.origin).href);
  await field(jana, "Code auf dem Bogen").fill(code);
  await isSound(jana);
  await field(jana, "Passwort").fill(PASSWORD);
  await field(jana, "Passwort noch einmal").fill(PASSWORD);
  await button(jana, "Passwort setzen").click();
  await heading(jana, "Guten Tag, Jana").waitFor();
  await button(jana, "Link und mehr").click();
  expect(await field(jana, "Link für Gäste").inputValue()).toBe(link);
}, 180_000);
