// What suits one's hands, eyes and network: keys of one's own, four large buttons, high contrast, sound alone, signs.
//
// Seen to fail: with nothing kept of what was chosen; after a reload the contrast was gone.

import { expect } from "vitest";
import { eventually, sleep } from "../harness/eventually.ts";
import { figure, note } from "../harness/figures.ts";
import { ANNA, BEN, journey } from "../harness/journey.ts";

const SIZE = { width: 1280, height: 800 };

journey("keys do what their list says, can be changed, and stay changed", async (here) => {
  const link = await here.meeting();
  const [anna, ben] = [await here.chromium(ANNA, { size: SIZE }), await here.chromium(BEN, { size: SIZE })];
  for (const one of [anna, ben]) {
    await one.opens(link);
    await one.joins({ camera: false, microphone: false });
  }
  const { page } = anna.tab;
  const hand = (up: boolean) =>
    eventually(`Ben ${up ? "sees" : "does not see"} a hand`, async () => ((await ben.tileOf(anna))?.words.includes("Hand gehoben") === up ? true : "the other"));
  await page.keyboard.press("h");
  await hand(true);
  await page.keyboard.press("h");
  await hand(false);
  await page.keyboard.press("c");
  await page.getByRole("log", { name: "Nachrichten" }).waitFor();
  // Where one types, a letter is a letter.
  await page.keyboard.type("hhcp");
  expect(await page.getByRole("textbox", { name: "Nachricht" }).inputValue()).toBe("hhcp");
  await page.keyboard.press("Escape");
  await page.keyboard.press("v");
  await page.getByText("Wer spricht, groß").waitFor({ state: "attached" });

  await page.keyboard.press("F1");
  await page.getByRole("heading", { name: "Tastenkürzel" }).waitFor();
  const change = page.getByRole("button", { name: "Taste ändern: Hand heben oder senken" });
  await change.press("Enter");
  await page.keyboard.press("c");
  await page.getByText("„C“ gehört schon zu „Chat öffnen oder schließen“.").waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: "Tastenkürzel" }).waitFor({ state: "detached" });
  await page.keyboard.press("j");
  await hand(true);
  await anna.tab.reload();
  await anna.seesPeople(2);
  await page.keyboard.press("h");
  await page.keyboard.press("j");
  await hand(false);
  expect(await page.getByRole("button", { name: "Hand heben" }).getAttribute("aria-keyshortcuts")).toBe("J");

  await page.keyboard.press("F1");
  await page.getByRole("checkbox", { name: /^Einzelne Buchstaben/ }).uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await sleep(500);
  await hand(false);
  expect(await page.getByRole("button", { name: "Hand heben" }).getAttribute("aria-keyshortcuts")).toBeNull();
});

journey("simple controls are four large buttons, and the chat still reaches the person", async (here) => {
  const link = await here.meeting();
  const anna = await here.chromium(ANNA, { size: { width: 390, height: 844 }, touch: true });
  const ben = await here.chromium(BEN, { size: SIZE });
  for (const one of [anna, ben]) {
    await one.opens(link);
    await one.joins({ camera: false, microphone: false });
  }
  await anna.tab.press("button", "Mehr");
  await anna.tab.press("button", "Einfache Bedienung");
  const { page } = anna.tab;
  const dock = page.getByRole("region", { name: "Steuerung" });
  const names = await dock.getByRole("button").evaluateAll((buttons) => buttons.map((button) => button.getAttribute("aria-label") ?? button.textContent?.trim()));
  expect(names).toEqual(["Mikrofon", "Kamera", "Hand heben", "Verlassen", "Alle Knöpfe zeigen"]);
  for (const name of names.slice(0, 4)) {
    const box = await dock.getByRole("button", { name: name ?? "", exact: true }).boundingBox();
    expect(box?.height, `${name} is large`).toBeGreaterThan(76);
    expect(box?.width, `${name} is large`).toBeGreaterThan(120);
  }
  await ben.tab.press("button", "Chat");
  await ben.tab.page.getByRole("textbox", { name: "Nachricht" }).fill("Hallo");
  await ben.tab.page.keyboard.press("Enter");
  await anna.tab.press("button", "Lesen");
  await page.getByRole("log", { name: "Nachrichten" }).getByText("Hallo").waitFor();
  await anna.tab.press("button", "Schließen");
  // It stays, and there is a way back.
  await anna.tab.reload();
  await anna.tab.press("button", "Alle Knöpfe zeigen");
  await page.getByRole("button", { name: "Mehr", exact: true }).waitFor();
});

journey("sound alone saves every picture, both ways, and gives them back", async (here) => {
  const link = await here.meeting();
  const [anna, ben] = [await here.chromium(ANNA, { size: SIZE }), await here.chromium(BEN, { size: SIZE })];
  for (const one of [anna, ben]) {
    await one.opens(link);
    await one.joins();
  }
  await anna.sees(ben);
  await anna.tab.press("button", "Mehr");
  const pressedAt = performance.now();
  await anna.tab.press("button", "Nur Ton");
  await ben.seesNoPictureOf(anna);
  await anna.seesNoPictureOf(ben);
  figure("sound alone: until no picture is left", performance.now() - pressedAt, 2_000);
  await anna.hears(ben);
  await sleep(1_000);
  const frames = async () => (await anna.received()).framesDecoded;
  const before = await frames();
  await sleep(4_000);
  note("pictures in four seconds", (await frames()) - before);
  expect(await frames()).toBe(before);
  await anna.tab.press("button", "Bilder wieder zeigen");
  await anna.sees(ben);
  await ben.sees(anna);
});

journey("a sign without words is seen on the tile for a while, and high contrast stays", async (here) => {
  const link = await here.meeting();
  const [anna, ben] = [await here.chromium(ANNA, { size: SIZE }), await here.chromium(BEN, { size: SIZE })];
  for (const one of [anna, ben]) {
    await one.opens(link);
    await one.joins({ camera: false, microphone: false });
  }
  await ben.seesPeople(2);
  await anna.tab.press("button", "Reagieren");
  await anna.tab.press("button", "Applaus");
  const shown = async () => ((await ben.tileOf(anna))?.words.includes("Applaus") ? "there" : "gone");
  await eventually("Ben sees applause", async () => ((await shown()) === "there" ? true : "not yet"));
  await eventually("it goes by itself", async () => ((await shown()) === "gone" ? true : "still there"), { within: 10_000 });

  await anna.tab.press("button", "Mehr");
  await anna.tab.press("button", "Einstellungen");
  await anna.tab.page.getByRole("combobox", { name: "Darstellung" }).selectOption({ label: "Hoher Kontrast" });
  const ground = () => anna.tab.evaluate(() => getComputedStyle(document.body).backgroundColor, null);
  expect(await ground()).toBe("rgb(0, 0, 0)");
  await anna.tab.reload();
  await anna.seesPeople(2);
  expect(await ground()).toBe("rgb(0, 0, 0)");
});
