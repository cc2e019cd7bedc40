// A meeting ID that was read aloud on the phone and typed by hand.
//
// Seen to fail: with a form that does not read capitals.

import { expect } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { ANNA, journey } from "../harness/journey.ts";

journey("an ID in capitals without hyphens leads to the meeting, a wrong one is told", async (here) => {
  // The browser writes the status of the refused request into the console by itself.
  here.watcher.allowsRefusals = true;
  const link = await here.meeting();
  const meeting = new URL(link).pathname.slice(3);
  const anna = await here.chromium(ANNA);
  const { words } = anna;

  await anna.opens(here.server.origin);
  await anna.tab.fill(words.meetingField, meeting.replaceAll("-", "").toUpperCase());
  await anna.tab.press("button", words.next);
  await anna.joins({});
  expect(new URL(await anna.tab.address()).pathname).toBe(`/m/${meeting}`);
  await anna.leaves();

  // One character wrong: the check in the ID tells it from a real one.
  const last = meeting.at(-1) === "7" ? "8" : "7";
  const wrong = meeting.slice(0, -1) + last;
  for (const typed of [wrong, "abc", "uuuuu-uuuuu-uuuuu"]) {
    await anna.opens(here.server.origin);
    await anna.tab.fill(words.meetingField, typed);
    const before = await anna.pageText();
    await anna.tab.press("button", words.next);
    await eventually(`"${typed}" is told to be wrong`, async () => {
      const text = await anna.pageText();
      const fresh = text.split("\n").filter((line) => !before.includes(line)).join(" ");
      return /Meeting-ID|Treffen/.test(fresh) && /nicht|kein|falsch|prüfen|fehlt|zu kurz|Zeichen/i.test(fresh) ? true : `only "${fresh}"`;
    }, { within: 8_000 });
  }

  // The same by link, and there is a way on from there.
  await anna.opens(`${here.server.origin}/m/${wrong}`);
  await eventually("a link to no meeting says so", async () => {
    const text = await anna.pageText();
    if ((await anna.tab.has("button", words.agree)) || (await anna.tab.has("button", words.join))) return "it offers to join";
    return /nicht|kein/i.test(text) ? true : text;
  });
});
