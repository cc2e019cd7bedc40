// Pictures of every screen and state for `docs/screens/`: two languages, light and dark, desktop and phone. A look
// through them is part of changing the client. The German ones are kept; `room.png` is the picture of the README.

import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ANNA, BEN, CARLA, journey, type Character, type Journey } from "../harness/journey.ts";
import { eventually } from "../harness/eventually.ts";
import type { Person } from "../harness/person.ts";
import type { ChromiumTab } from "../harness/chromium.ts";
import { button, createsAccount, field, heading, hosted, makesAppointment, PASSWORD, signsIn } from "../harness/host.ts";
import { press, throughPanels, type Sitting, type Three } from "../harness/panels.ts";
import { portraitFilm, PORTRAITS } from "../harness/portraits.ts";
import type { Language } from "../harness/words.ts";

const FOLDER = fileURLToPath(new URL("../../docs/screens/", import.meta.url));
mkdirSync(FOLDER, { recursive: true });

const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

/** Small enough to be kept, good enough to judge a layout by. */
const LIGHTWEIGHT = { type: "jpeg", quality: 55, animations: "disabled" } as const;

/** Fake devices are named after files of this run. */
async function plainNames({ page }: ChromiumTab): Promise<void> {
  await page.evaluate(() => {
    for (const option of document.querySelectorAll("option")) {
      if (option.text.startsWith("/")) option.text = "HD-Webcam";
      if (option.text.startsWith("Fake")) option.text = "Headset";
    }
  });
}

/** A portrait is no plain colour, so seeing someone means a picture in their tile. */
async function pictures(person: Person, count: number): Promise<void> {
  await eventually(`${count} pictures`, async () => {
    const shown = (await person.tiles()).filter((tile) => tile.picture);
    return shown.length === count ? true : `${shown.length}`;
  });
}

/** The two pictures of a state that differ most: a desk by day and a phone by night, and for the other language the reverse. */
async function glance({ tab }: Sitting, state: string, language: Language): Promise<void> {
  const looks = language === "de"
    ? ([["desktop", "light"], ["phone", "dark"]] as const)
    : ([["desktop", "dark"], ["phone", "light"]] as const);
  for (const [device, scheme] of looks) {
    await tab.page.setViewportSize(SIZES[device]);
    await tab.page.emulateMedia({ colorScheme: scheme });
    await tab.page.waitForTimeout(600);
    await plainNames(tab);
    await tab.page.screenshot({ ...LIGHTWEIGHT, path: `${FOLDER}${state}.${language}.${scheme}.${device}.jpg` });
  }
  await tab.page.setViewportSize(SIZES.desktop);
  await tab.page.emulateMedia({ colorScheme: "light" });
  await tab.page.waitForTimeout(200);
}

/** Everything that can be opened in a room, then the same room in high contrast. */
async function panels(here: Journey, three: Three, language: Language): Promise<void> {
  await throughPanels(three, language, (state, who) => glance(who, `room-${state}`, language));
  const { anna } = three;
  await anna.tab.page.evaluate(() => (document.documentElement.dataset["theme"] = "contrast"));
  await glance(anna, "room-contrast", language);
  await anna.tab.page.evaluate(() => delete document.documentElement.dataset["theme"]);
  await pictures(anna, 3);
  here.mustNotBeLogged("beispiel.example");
}

for (const language of ["de", "en"] as const) {
  journey(`screens: ${language}`, async (here) => {
    here.watcher.allowsRefusals = true;
    here.watcher.allowsCuts = true;
    const link = await here.meeting();
    const sit = (who: Character) => here.chromium({ ...who, language }, { size: SIZES.desktop, picture: portraitFilm(PORTRAITS[who.name as keyof typeof PORTRAITS]) });
    const anna = await sit(ANNA);
    const { words } = anna;

    const shoot = async (tab: ChromiumTab, state: string, full = true): Promise<void> => {
      for (const [device, size] of Object.entries(SIZES)) {
        await tab.page.setViewportSize(size);
        for (const scheme of ["light", "dark"] as const) {
          await tab.page.emulateMedia({ colorScheme: scheme });
          // The layout asks for other layers, and what moves comes to rest.
          await tab.page.waitForTimeout(700);
          await plainNames(tab);
          await tab.page.screenshot({ ...LIGHTWEIGHT, path: `${FOLDER}${state}.${language}.${scheme}.${device}.jpg`, fullPage: full });
        }
      }
      await tab.page.setViewportSize(SIZES.desktop);
      await tab.page.emulateMedia({ colorScheme: "light" });
    };

    await anna.opens(here.server.origin);
    await anna.tab.page.getByRole("button", { name: words.newMeeting }).waitFor();
    await shoot(anna.tab, "start");
    await anna.tab.fill(words.meetingField, "abc");
    await anna.tab.press("button", words.next);
    await shoot(anna.tab, "start-wrong-id");
    const meeting = new URL(link).pathname;
    await anna.opens(`${here.server.origin}${meeting.slice(0, -1)}${meeting.endsWith("7") ? "8" : "7"}`);
    await anna.tab.page.waitForTimeout(500);
    await shoot(anna.tab, "unknown-meeting");

    await anna.opens(link);
    await anna.tab.page.getByRole("button", { name: words.agree, exact: true }).waitFor();
    await anna.tab.page.getByRole("textbox").waitFor();
    await shoot(anna.tab, "consent");
    await anna.agrees();
    await shoot(anna.tab, "join");
    await anna.microphone(true);
    await anna.camera(true);
    await anna.tab.page.locator("video").first().waitFor();
    await shoot(anna.tab, "join-devices-on");
    await anna.joins();
    await shoot(anna.tab, "room-alone", false);

    const ben = await sit(BEN);
    await ben.opens(link);
    await ben.joins();
    await pictures(anna, 2);
    await shoot(anna.tab, "room-two", false);
    const carla = await sit(CARLA);
    await carla.opens(link);
    await carla.joins();
    await pictures(anna, 3);
    await shoot(anna.tab, "room-three", false);
    if (language === "de") {
      // Larger layers need a moment to arrive after the last change of the layout.
      await anna.tab.page.waitForTimeout(4_000);
      await anna.tab.page.screenshot({ path: `${FOLDER}room.png` });
    }
    await panels(here, { anna, ben, carla }, language);
    await ben.microphone(false);
    await ben.camera(false);
    await anna.seesNoPictureOf(ben);
    await shoot(anna.tab, "room-muted", false);
    carla.tab.kill();
    await eventually("the tile says reconnecting", async () => ((await anna.tiles()).some((tile) => words.reconnecting.test(tile.words)) ? true : "not yet"));
    for (const scheme of ["light", "dark"] as const) {
      await anna.tab.page.emulateMedia({ colorScheme: scheme });
      await anna.tab.page.screenshot({ ...LIGHTWEIGHT, path: `${FOLDER}room-reconnecting.${language}.${scheme}.desktop.jpg` });
    }
    await anna.leaves();
    await shoot(anna.tab, "farewell");
  }, 420_000);

  journey(`screens without devices: ${language}`, async (here) => {
    const link = await here.meeting();
    for (const [state, options] of [["blocked", { permission: "denied" }], ["no-devices", { devices: false }]] as const) {
      const anna = await here.chromium({ ...ANNA, language }, { size: SIZES.desktop, ...options });
      await anna.opens(link);
      await anna.tab.press("button", anna.words.camera);
      await anna.tab.press("button", anna.words.microphone);
      await anna.tab.page.waitForTimeout(500);
      for (const [device, size] of Object.entries(SIZES)) {
        await anna.tab.page.setViewportSize(size);
        await anna.tab.page.screenshot({ ...LIGHTWEIGHT, path: `${FOLDER}join-${state}.${language}.light.${device}.jpg`, fullPage: true });
      }
    }
  }, 120_000);
}

/** What a host arranges, as both sides see it. */
async function throughLeading(jana: Sitting, ben: Sitting): Promise<void> {
  await press(jana, "lead");
  await glance(jana, "lead", "de");
  await field(jana, "Frage").fill("Wie war Ihre Woche?");
  await button(jana, "Skala von 0 bis 10").click();
  await button(ben, "7").click();
  await button(jana, "Auszählen").waitFor();
  await glance(jana, "lead-poll", "de");
  await glance(ben, "room-poll", "de");
  await button(jana, "Auszählen").click();
  await ben.tab.page.getByText("7: 1").waitFor();
  await glance(ben, "room-poll-counted", "de");
  await button(jana, "Umfrage weglegen").click();
  await field(jana, "Minuten").fill("5");
  await button(jana, "Uhr für alle starten").click();
  await button(jana, "Redestab herumgeben").click();
  await ben.tab.page.getByText("Der Redestab liegt bei der Leitung.").waitFor();
  await glance(ben, "room-stick", "de");
  await button(jana, "Redestab einsammeln").click();
  await button(jana, "Pause").click();
  await heading(ben, "Pause").waitFor();
  await glance(ben, "room-pause", "de");
  await jana.tab.page.getByRole("dialog").getByRole("button", { name: "Pause beenden" }).click();
  await button(jana, "Uhr anhalten").click();
  await button(jana, "In Gruppen gehen").click();
  await button(ben, "Leitung rufen").click();
  await glance(ben, "room-group", "de");
  await jana.tab.page.keyboard.press("Escape");
  await glance(jana, "room-group-calls", "de");
  await press(jana, "lead");
  await button(jana, "Alle zurückholen").click();
  await jana.tab.page.keyboard.press("Escape");
}

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 90">
  <circle cx="45" cy="45" r="40" fill="#2f7d6b"/><path d="M25 52 45 32l20 20" stroke="#fff" stroke-width="8" fill="none"/>
  <text x="100" y="62" font-size="46" font-family="sans-serif" fill="#2f7d6b">Ufer</text></svg>`;

/** What guests see of who receives them. */
async function writesFace(jana: Sitting): Promise<void> {
  const { page } = jana.tab;
  await page.getByRole("link", { name: "Gestaltung des Servers" }).click();
  await field(jana, "Name").fill("Beratung am Ufer");
  await page.locator('[data-chooser="logo"]').setInputFiles({ name: "logo.svg", mimeType: "image/svg+xml", buffer: Buffer.from(LOGO) });
  await field(jana, "Farbe").fill("#2f7d6b");
  await field(jana, "An der Tür").fill("**Schön, dass Sie da sind.**\n\n- Sie brauchen nichts zu installieren.\n- Wir holen Sie gleich.");
  await field(jana, "Im Raum").fill("Wir sprechen unter uns: Bitte sorgen auch Sie für Ruhe.");
  await field(jana, "Zum Abschied").fill("Danke für Ihr Vertrauen. Wenn etwas nachklingt, rufen Sie an.");
  await field(jana, "Erlaubte Ziele").fill("www.ufer.example");
  await field(jana, "Weiter zu dieser Adresse").fill("https://www.ufer.example/danke");
  await field(jana, "Impressum").fill("# Anbieter\nBeratung am Ufer e. V.\nUferweg 1, 12345 Beispielstadt");
  await button(jana, "Speichern").click();
  await page.getByText("Gespeichert.").first().waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  await glance(jana, "host-face", "de");
  await button(jana, "Zurück").click();
}

hosted("screens: the host's side, de", async (here) => {
  const sit = (who: Character) => here.chromium(who, { size: SIZES.desktop, picture: portraitFilm(PORTRAITS[who.name as keyof typeof PORTRAITS]) });
  const jana = (await sit(ANNA)) as Sitting;
  const ben = (await sit(BEN)) as Sitting;
  await jana.opens(here.server.firstInvitation);
  await field(jana, "Ihr Name").waitFor();
  await glance(jana, "host-invited", "de");
  await createsAccount(jana, here.server.firstInvitation, "anna");
  await button(jana, "Abmelden").click();
  await field(jana, "Anmeldename").waitFor();
  await glance(jana, "host-sign-in", "de");
  await button(jana, "Passwort vergessen?").click();
  await glance(jana, "host-recover", "de");
  await button(jana, "Zurück zur Anmeldung").click();
  await signsIn(jana, "anna");
  await button(jana, "Neuer Termin").click();
  await glance(jana, "host-form", "de");
  await button(jana, "Abbrechen").click();
  const link = await makesAppointment(jana, "Herr S.");
  await glance(jana, "host-room", "de");
  await button(jana, "Blatt zum Ausdrucken").click();
  await glance(jana, "host-paper", "de");
  await jana.tab.page.keyboard.press("Escape");
  await button(jana, "Eigenes Passwort ändern").click();
  await glance(jana, "host-password", "de");
  await jana.tab.page.keyboard.press("Escape");
  await button(jana, "Wiederherstellungsbogen: Anlegen").click();
  await field(jana, "Ihr Passwort").fill(PASSWORD);
  await button(jana, "Bogen zeigen").click();
  await field(jana, "Code auf dem Bogen").waitFor();
  await glance(jana, "host-sheet", "de");
  await jana.tab.page.keyboard.press("Escape");
  await field(jana, "Passwort für Gäste").fill("Mühle am Bach");
  await button(jana, "Passwort setzen").click();
  await field(jana, "Neues Passwort für Gäste").waitFor();
  await ben.opens(link);
  await field(ben, "Passwort des Raums").waitFor();
  await glance(ben, "door-password", "de");
  await field(ben, "Passwort des Raums").fill("Mühle am Bach");
  await button(ben, "Weiter").click();
  await ben.agrees();
  await button(ben, ben.words.microphone).click();
  await button(ben, ben.words.camera).click();
  await glance(ben, "door", "de");
  await button(ben, ben.words.join).click();
  await heading(ben, "Gleich geht es los").waitFor();
  await glance(ben, "waiting", "de");
  await jana.tab.page.getByText("1 Person wartet").waitFor();
  await button(jana, "Link und mehr").click();
  await glance(jana, "host-desk", "de");
  await jana.tab.page.getByRole("link", { name: "Raum betreten" }).click();
  await jana.joins();
  await glance(jana, "room-knock", "de");
  await button(jana, "Ben einlassen").click();
  await jana.sees(ben).catch(() => undefined);
  await press(jana, "people");
  await button(jana, "Aufgaben von Ben").click();
  await glance(jana, "room-hosting", "de");
  await jana.tab.page.keyboard.press("Escape");
  await press(jana, "people");
  await throughLeading(jana, ben);
  await press(jana, "people");
  await button(jana, "Aufgaben von Ben").click();
  await button(jana, "Aus dem Raum entfernen").click();
  await heading(ben, "Sie sind nicht mehr im Raum").waitFor();
  await glance(ben, "removed", "de");
}, 300_000);

hosted("screens: an operator's own face, de", async (here) => {
  const sit = (who: Character) => here.chromium(who, { size: SIZES.desktop, picture: portraitFilm(PORTRAITS[who.name as keyof typeof PORTRAITS]) });
  const jana = (await sit(ANNA)) as Sitting;
  const ben = (await sit(BEN)) as Sitting;
  await createsAccount(jana, here.server.firstInvitation, "anna");
  await writesFace(jana);
  await button(jana, "Neuer Termin").click();
  await field(jana, "Für wen oder wozu").fill("Frau K.");
  await field(jana, "Art").selectOption({ label: "Jede Woche" });
  await glance(jana, "host-form-series", "de");
  await button(jana, "Anlegen").click();
  const link = await field(jana, "Link für Gäste").inputValue();
  await jana.tab.page.getByRole("button", { name: /^Absagen: / }).nth(1).click();
  await jana.tab.page.getByRole("button", { name: /^Wieder ansetzen: / }).waitFor();
  await jana.tab.page.getByRole("heading", { name: "Persönliche Links" }).click();
  await jana.tab.page.getByRole("heading", { name: "Persönliche Links" }).evaluate((part) => part.scrollIntoView());
  await glance(jana, "host-series", "de");
  await ben.opens(link);
  await ben.agrees();
  await button(ben, ben.words.microphone).click();
  await button(ben, ben.words.camera).click();
  await glance(ben, "door-face", "de");
  await button(ben, ben.words.join).click();
  await heading(ben, "Gleich geht es los").waitFor();
  await jana.tab.page.getByRole("link", { name: "Raum betreten" }).click();
  await jana.joins();
  await button(jana, "Ben einlassen").click();
  await jana.sees(ben).catch(() => undefined);
  await ben.tab.page.getByText("Wir sprechen unter uns").waitFor();
  await glance(ben, "room-greeting", "de");
  await ben.leaves();
  await glance(ben, "farewell-face", "de");
  await button(ben, "Hier bleiben").click();
  await ben.tab.page.getByRole("link", { name: "Impressum" }).click();
  await ben.tab.page.getByText("Uferweg 1").waitFor();
  await glance(ben, "imprint", "de");
}, 300_000);
