// ATK-20: two hundred hostile strings in every field that somebody else reads. Nothing of them becomes anything but text:
// no script runs, nothing is fetched, the content policy has nothing to forbid (each journey's watcher fails on all three).
//
// Seen to fail: messages and words of a face that are taken for HTML; the door, with a chime for each of a hundred who wait (the sound of the page broke).

import { expect } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { note } from "../harness/figures.ts";
import { createsAccount, heading, hosted, makesAppointment } from "../harness/host.ts";
import { HOSTILE } from "../harness/hostile-text.ts";
import { ANNA, BEN, journey } from "../harness/journey.ts";
import type { ChromiumTab } from "../harness/chromium.ts";
import { press, type Sitting } from "../harness/panels.ts";
import { grantFor, RawClient } from "../harness/raw-client.ts";

async function nothingHappened(who: Sitting): Promise<void> {
  expect(await who.tab.page.evaluate(() => "__hit" in window), "a script ran").toBe(false);
  const foreign = await who.tab.page.evaluate(() => [...document.querySelectorAll("iframe, object, embed, base, form[action], [onerror], [onload]")].map((one) => one.outerHTML.slice(0, 120)));
  expect(foreign).toEqual([]);
}

const base64 = (text: string) => Buffer.from(text).toString("base64");

journey("two hundred hostile strings as names, messages and letters in a room", async (here) => {
  expect(HOSTILE).toHaveLength(200);
  const link = await here.meeting();
  const anna = (await here.chromium(ANNA)) as Sitting & { tab: ChromiumTab };
  await anna.opens(link);
  await anna.joins({});
  await press(anna, "people");
  const meeting = new URL(link).pathname.slice(3);
  const crowd: RawClient[] = [];
  for (const [index, text] of HOSTILE.entries()) {
    const client = await RawClient.enter(here.server, meeting, text);
    crowd.push(client);
    const seal = (seq: number, content: object) =>
      client.say({ seq, ack: 0, message: { type: "seal", sealed: { kind: "chat", to: { type: "everyone" }, bytes: base64(JSON.stringify(content)) } } });
    seal(1, { type: "message", id: index.toString(16).padStart(16, "0"), text });
    seal(2, { type: "typing", keep: 0, add: text });
    seal(3, { type: "caption", line: 1, keep: 0, add: text });
  }
  await eventually("everyone is in the list", async () => {
    const count = await anna.tab.page.locator("[data-person]").count();
    return count === HOSTILE.length + 1 ? true : `${count} people`;
  }, { within: 30_000 });
  await nothingHappened(anna);
  await anna.tab.page.getByRole("complementary").getByRole("button", { name: "Schließen" }).click();
  await press(anna, "chat");
  // Those with signs that steer a terminal are no messages; the others are shown as they are.
  const shown = HOSTILE.filter((text) => !/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text));
  await eventually("the messages are there", async () => {
    const count = await anna.tab.page.locator("[data-message]").count();
    return count === shown.length ? true : `${count} of ${shown.length}`;
  });
  const texts = await anna.tab.page.locator("[data-message]").allTextContents();
  for (const text of shown) expect(texts.some((one) => one.includes(text)), text).toBe(true);
  await nothingHappened(anna);
  note("hostile strings as names, messages and letters", `${HOSTILE.length}, ${texts.length} shown as messages`);
  for (const client of crowd) client.close();
}, 180_000);

hosted("two hundred hostile strings as appointments and as names of those who wait", async (here) => {
  const jana = await here.chromium({ ...ANNA, name: "Jana" });
  await createsAccount(jana, here.server.firstInvitation, "jana");
  const made = await jana.tab.page.evaluate(async (texts) => {
    const post = (path: string, body: object) =>
      fetch(path, { method: "POST", headers: { "content-type": "application/json", "x-incamera": "1" }, body: JSON.stringify(body) });
    const statuses: number[] = [];
    let meeting = "";
    for (const title of texts) {
      const plan = { title: title.slice(0, 100), guest: "", place: title.slice(0, 100), language: "de", minutes: 50, capacity: 512, cameras: true, waitingRoom: true };
      const answer = await post("/api/rooms", { plan, secret: "c2VhbGVk" });
      statuses.push(answer.status);
      meeting = ((await answer.json()) as { meeting: string }).meeting;
    }
    return { statuses, meeting };
  }, HOSTILE);
  expect(new Set(made.statuses)).toEqual(new Set([201]));
  await jana.tab.page.reload();
  await eventually("all rooms are on the desk", async () => {
    const count = await jana.tab.page.locator("[data-room]").count();
    return count === HOSTILE.length ? true : `${count} rooms`;
  }, { within: 30_000 });
  await nothingHappened(jana);
  // Secrets that the vault did not seal: each is said to be lost, and none stops the others.
  await jana.opens(`${here.server.origin}/m/${made.meeting}`);
  await jana.joins({});
  // A hundred may wait at once (ATK-14).
  for (const half of [HOSTILE.slice(0, 100), HOSTILE.slice(100)]) {
    const waiting: RawClient[] = [];
    for (const name of half) {
      const { grant, signal } = await grantFor(here.server, made.meeting);
      const client = await RawClient.connect(here.server, signal);
      client.say({ type: "enter", version: 1, grant, name });
      await client.hears(/"type":"waiting"/);
      waiting.push(client);
    }
    await jana.tab.page.getByText("100 Personen warten").waitFor();
    await jana.tab.page.getByRole("button", { name: "Alle 100 anzeigen" }).click();
    await eventually("all who wait are shown", async () => ((await jana.tab.page.locator("[data-knock]").count()) === 100 ? true : "not yet"));
    await nothingHappened(jana);
    for (const client of waiting) {
      client.say({ seq: 1, ack: 0, message: { type: "leave" } });
    }
    await eventually("nobody waits", async () => ((await jana.tab.page.locator("[data-knock]").count()) === 0 ? true : "not yet"));
  }
}, 180_000);

hosted("two hundred hostile strings as words and legal texts of a face, and some as its name", async (here) => {
  const jana = await here.chromium({ ...ANNA, name: "Jana" });
  await createsAccount(jana, here.server.firstInvitation, "jana");
  const meeting = new URL(await makesAppointment(jana, "Gruppe")).pathname;
  const faceAt = new URL("/host/face/server", here.server.origin).href;
  const guest = (await here.chromium(BEN)) as Sitting;
  // As many of them in one text as it holds.
  const words = inParts(2_000);
  const names = HOSTILE.map((text) => [...text].slice(0, 60).join(""));
  const rounds = words.length;
  for (let round = 0; round < rounds; round++) {
    const part = { de: words[round] ?? "" };
    const draft = { name: { de: names[round] ?? "" }, logoAlt: { de: names[rounds + round] ?? "" }, welcome: part, greeting: part, farewell: part, imprint: { de: HOSTILE.join("\n\n").slice(0, 20_000) }, privacy: part };
    const status = await jana.tab.page.evaluate(async (draft) => {
      const headers = { "content-type": "application/json", "x-incamera": "1" };
      return (await fetch("/api/face", { method: "PUT", headers, body: JSON.stringify({ draft }) })).status;
    }, draft);
    expect(status).toBe(200);
    await guest.opens(new URL(meeting, here.server.origin).href);
    await guest.agrees();
    for (const legal of ["Impressum", "Datenschutz"]) {
      await guest.tab.page.getByRole("link", { name: legal, exact: true }).click();
      await guest.tab.page.getByRole("dialog").getByRole("paragraph").first().waitFor();
      await nothingHappened(guest);
      await guest.tab.page.keyboard.press("Escape");
    }
    const places = await guest.tab.page.evaluate(() => [...document.querySelectorAll("a[href]")].map((one) => (one as HTMLAnchorElement).protocol));
    expect(places.filter((one) => one !== "http:" && one !== "https:" && one !== "mailto:" && one !== "tel:")).toEqual([]);
  }
  await jana.opens(faceAt);
  await heading(jana, "Gestaltung des Servers").waitFor();
  await nothingHappened(jana);
  await guest.tab.page.goto(new URL("/left", here.server.origin).href);
  await heading(guest, "Sie haben das Treffen verlassen").waitFor();
  await nothingHappened(guest);
  note("hostile strings in every text of a face", `${HOSTILE.length} in ${rounds} faces`);
}, 180_000);

/** All of them, in as few texts as hold them. */
function inParts(most: number): string[] {
  const parts: string[] = [];
  for (const text of HOSTILE) {
    const last = parts.at(-1);
    if (last !== undefined && [...last].length + [...text].length + 2 <= most) parts[parts.length - 1] = `${last}\n\n${text}`;
    else parts.push([...text].slice(0, most).join(""));
  }
  return parts;
}
