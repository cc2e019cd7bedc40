// Consent: asked before anything flows, written down, shown, and taken back as easily as it was given.
//
// Seen to fail: with a page that opens a connection before the answer, and a withdrawal that only the page knows of.

import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { isSound } from "../harness/axe.ts";
import { eventually } from "../harness/eventually.ts";
import { figure } from "../harness/figures.ts";
import { button, createsAccount, field, heading, hosted, makesAppointment } from "../harness/host.ts";
import { ANNA, BEN } from "../harness/journey.ts";
import { press, type Sitting } from "../harness/panels.ts";

/** Counts what DP-11 forbids before the consent is written down. */
function countOpenings(): void {
  const counted = { devices: 0, connections: 0, sockets: 0 };
  Object.assign(window, { __counted: counted });
  // An empty page has no devices.
  if (!("mediaDevices" in navigator)) return;
  for (const name of ["getUserMedia", "getDisplayMedia", "enumerateDevices"] as const) {
    const real = (navigator.mediaDevices[name] as (wanted?: object) => Promise<unknown>).bind(navigator.mediaDevices);
    Object.assign(navigator.mediaDevices, {
      [name]: (wanted?: object) => {
        counted.devices++;
        return real(wanted);
      },
    });
  }
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...how: ConstructorParameters<typeof RTCPeerConnection>) {
      super(...how);
      counted.connections++;
    }
  };
  window.WebSocket = class extends WebSocket {
    constructor(...how: ConstructorParameters<typeof WebSocket>) {
      super(...how);
      counted.sockets++;
    }
  };
}

const counted = (who: Sitting) => who.tab.page.evaluate(() => (window as unknown as { __counted: { devices: number; connections: number; sockets: number } }).__counted);
const NOTHING = { devices: 0, connections: 0, sockets: 0 };

// DP-03, DP-11, DP-12, DP-13, DP-14, DP-15, DP-17, DP-41.
hosted("a guest is asked before anything flows, and takes it back within the call", async (here) => {
  const jana = await here.chromium({ ...ANNA, name: "Jana" });
  await createsAccount(jana, here.server.firstInvitation, "jana");
  const link = await makesAppointment(jana, "Herr S.");
  const ben = await here.chromium(BEN);
  await ben.tab.context.addInitScript(countOpenings);
  const { page } = ben.tab;
  const { keyboard } = page;
  await ben.opens(link);
  await heading(ben, "Ihre Einwilligung").waitFor();
  await page.getByText("Was nicht aufgeschrieben wird").waitFor();
  expect(await page.getByRole("textbox").count(), "exactly one field for words").toBe(1);
  expect(await page.locator("input:checked").count(), "nothing is ticked for anybody").toBe(0);
  await isSound(ben);
  expect(await counted(ben)).toEqual(NOTHING);

  // In plain words, with one press.
  await button(ben, "Einfache Sprache").click();
  await page.getByText("Wir fragen Sie: Sind Sie einverstanden?").waitFor();
  await button(ben, "Deutsch").click();

  // No is an answer, with a way on and a way back.
  await button(ben, "Ich willige nicht ein").focus();
  await keyboard.press("Enter");
  await heading(ben, "In Ordnung. Es wurde nichts aufgeschrieben.").waitFor();
  await isSound(ben);
  await button(ben, "Noch einmal lesen").focus();
  await keyboard.press("Enter");
  await field(ben, ben.words.nameField).focus();
  await keyboard.type("🦊");
  await page.waitForTimeout(500);
  expect(await counted(ben), "until the answer is written down").toEqual(NOTHING);
  await keyboard.press("Enter");
  await page.getByText("Sie heißen hier: 🦊").waitFor();
  expect(await counted(ben).then(({ connections, sockets }) => connections + sockets)).toBe(0);
  expect(await ben.tab.pressed(ben.words.microphone)).toBe(false);
  expect(await ben.tab.pressed(ben.words.camera)).toBe(false);
  await isSound(ben);
  await ben.microphone(true);
  await ben.camera(true);
  await button(ben, ben.words.join).click();
  await heading(ben, "Gleich geht es los").waitFor();
  await isSound(ben);
  await jana.opens(link);
  await jana.joins();
  await button(jana, "🦊 einlassen").click();
  await jana.seesPeople(2);
  await ben.sees(jana);

  // Taken back in the call.
  await press(ben, "receipt");
  await page.getByText("ohne Namen").waitFor({ state: "hidden" });
  await page.getByText("🦊").first().waitFor();
  await isSound(ben);
  await button(ben, "Widerrufen").click();
  const asked = performance.now();
  await button(ben, "Jetzt widerrufen").click();
  await jana.seesPeople(1, { within: 5_000 });
  figure("from withdrawing to gone for the others", performance.now() - asked, 2_000);
  await heading(ben, "Sie haben Ihre Einwilligung widerrufen").waitFor();
  await isSound(ben);

  // What is kept of them is shown without an account, as words and as a file, and deleted.
  await page.getByRole("link", { name: "Ihre Einwilligung" }).click();
  await page.getByText("Widerrufen am").waitFor();
  await isSound(ben);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Als Datei sichern (JSON)" }).click()]);
  const receipt = JSON.parse(readFileSync(await download.path(), "utf8")) as { acts: { statement: string }[]; token: string };
  expect(receipt.acts.map(({ statement }) => (JSON.parse(statement) as { type: string }).type)).toEqual(["given", "withdrawn"]);
  here.mustNotBeLogged(receipt.token);
  await button(ben, "Alles löschen").click();
  await button(ben, "Jetzt löschen").click();
  await page.getByText("Alles ist gelöscht.").waitFor();

  // By the same link they are asked again.
  await ben.opens("about:blank");
  await ben.opens(link);
  await heading(ben, "Ihre Einwilligung").waitFor();
}, 180_000);

hosted("whoever must not be seen here gets away with one press", async (here) => {
  const jana = await here.chromium({ ...ANNA, name: "Jana" });
  await createsAccount(jana, here.server.firstInvitation, "jana");
  const link = await makesAppointment(jana, "Herr S.");
  const ben = await here.chromium(BEN);
  await ben.opens(link);
  await ben.agrees();
  await button(ben, "Schnell weg").click();
  await eventually("the page is gone", () => Promise.resolve(ben.tab.page.url() === "about:blank" ? true : ben.tab.page.url()));
  await ben.opens(link);
  await heading(ben, "Ihre Einwilligung").waitFor();
}, 90_000);
