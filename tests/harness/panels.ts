// A walk through everything that can be opened and said in a room of three, one stop after the other. What is done at a
// stop is the caller's: a picture, a check, a look at the tree of names.

import type { ChromiumTab } from "./chromium.ts";
import type { Person } from "./person.ts";
import type { Language } from "./words.ts";

export type Sitting = Person & { tab: ChromiumTab };
export type Three = Record<"anna" | "ben" | "carla", Sitting>;

/** Called at every stop with a name for it and the one whose page it is. */
export type Stop = (state: string, who: Sitting) => Promise<void>;

const SAID = {
  de: {
    ask: "Guten Morgen! Ist der Ton bei allen gut?",
    answer: "Ja, sehr gut. Die Unterlagen liegen unter https://beispiel.example/mappe",
    privately: "Ich muss um elf kurz weg.",
    caption: "Dann fangen wir an: Wie ist es Ihnen seit dem letzten Mal gegangen?",
  },
  en: {
    ask: "Good morning! Is the sound fine for everyone?",
    answer: "Yes, very good. The papers are at https://beispiel.example/mappe",
    privately: "I have to leave for a moment at eleven.",
    caption: "Then let us begin: how have you been since last time?",
  },
} as const;

const dock = (who: Sitting, id: string) => who.tab.page.locator(`[data-dock="${id}"]`);
const closed = (who: Sitting) => who.tab.page.keyboard.press("Escape");

/** Presses an entry of the dock, which on a small screen, or for good, stands in "more". */
export async function press(who: Sitting, id: string): Promise<void> {
  const entry = dock(who, id);
  if (!(await entry.isVisible())) await dock(who, "more").click();
  await entry.click();
}

async function say(who: Sitting, text: string): Promise<void> {
  await who.tab.page.locator("#chat-text").fill(text);
  await who.tab.page.keyboard.press("Enter");
}

/** What people write to each other, the signs they give, and the tasks they are given. */
async function talking({ anna, ben, carla }: Three, language: Language, stop: Stop): Promise<void> {
  const { page } = anna.tab;
  const said = SAID[language];
  await press(anna, "chat");
  await press(ben, "chat");
  await say(ben, said.ask);
  await say(anna, said.answer);
  await ben.tab.page.locator("#chat-to").selectOption(await anna.id());
  await say(ben, said.privately);
  await page.locator("[data-message]").nth(2).waitFor();
  await stop("chat", anna);
  await closed(anna);
  await closed(ben);
  await press(carla, "hand");
  await press(ben, "react");
  await ben.tab.page.locator('[data-reaction="applause"]').click();
  // Anna may have too little room for his tile.
  await ben.tab.page.locator('[data-shown="applause"]').waitFor();
  await stop("signs", anna);
  await press(anna, "people");
  await stop("people", anna);
  await page.locator(`[data-person="${await carla.id()}"] button`).last().click();
  await stop("tasks", anna);
  await page.getByRole("checkbox").first().check();
  await closed(anna);
  await closed(anna);
  await carla.tab.page.locator("#caption-text").fill(said.caption);
  await page.locator("[data-caption]").waitFor();
  await stop("captions", anna);
  await stop("caption-desk", carla);
  await carla.tab.page.locator(".desk button").click();
  await press(carla, "hand");
}

/** Every sheet and menu. */
async function opening({ anna }: Three, stop: Stop): Promise<void> {
  for (const id of ["view", "share", "react", "more", "settings", "sound", "music", "help", "shortcuts"]) {
    await press(anna, id);
    await stop(id, anna);
    await closed(anna);
  }
  await anna.tab.page.locator(".hit").first().click();
  await stop("tile-menu", anna);
  await closed(anna);
}

/** What suits eyes, hands and networks. */
async function suiting({ anna }: Three, stop: Stop): Promise<void> {
  await press(anna, "spare");
  await stop("sound-only", anna);
  await press(anna, "spare");
  await press(anna, "simple");
  await stop("simple", anna);
  await anna.tab.page.locator(".every").click();
}

/** Three people are in the room; afterwards everything is closed again. On a small screen the dock hides some of it in "more". */
export async function throughPanels(three: Three, language: Language, stop: Stop): Promise<void> {
  await talking(three, language, stop);
  await opening(three, stop);
  await suiting(three, stop);
}
