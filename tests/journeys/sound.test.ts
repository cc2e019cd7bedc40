// What people do about their sound: speak while muted, hold a key to speak, try it out, play an instrument; and what a
// microphone that gives nothing looks like.
//
// Seen to fail: nothing yet. Without the line that opens the cloned microphone it still passed, as it was cloned while open.

import { expect } from "vitest";
import { eventually, sleep } from "../harness/eventually.ts";
import { figure, note } from "../harness/figures.ts";
import { ANNA, BEN, journey } from "../harness/journey.ts";
import { pulses } from "../harness/media-files.ts";
import { listenOnBothSides, stereoWav } from "../harness/stereo.ts";

const SIZE = { width: 1280, height: 800 };

journey("who speaks while muted is told, and can be heard by one press or as long as a key is held", async (here) => {
  const link = await here.meeting();
  const [anna, ben] = [await here.chromium(ANNA, { size: SIZE }), await here.chromium(BEN, { size: SIZE })];
  await anna.opens(link);
  await anna.joins({ microphone: true });
  await ben.opens(link);
  await ben.joins({ camera: false, microphone: false });
  await ben.hears(anna);
  const { page } = anna.tab;
  const mutedAt = performance.now();
  await anna.microphone(false);
  await page.getByText("Sie sprechen, aber Ihr Mikrofon ist aus.").waitFor();
  figure("speaking while muted: until it is said", performance.now() - mutedAt, 2_000);
  await ben.doesNotHear(anna);

  // Held down, and no longer.
  await page.getByText("Ihr Treffen").focus();
  await page.keyboard.down("Space");
  await ben.hears(anna);
  await page.keyboard.up("Space");
  await ben.doesNotHear(anna);
  await ben.seesMuted(anna, true);

  await page.getByText("Sie sprechen, aber Ihr Mikrofon ist aus.").waitFor();
  await anna.tab.press("button", "Mikrofon einschalten");
  await ben.hears(anna);
  // The focus did not fall off the page with the notice.
  expect(await page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset["device"])).toBe("microphone");
  expect(await page.getByText("Sie sprechen, aber Ihr Mikrofon ist aus.").count()).toBe(0);
});

journey("a microphone that gives nothing is noticed within three seconds and can be checked", async (here) => {
  const anna = await here.chromium(ANNA, { size: SIZE, voice: stereoWav(4, 0, 0) });
  await anna.opens(await here.meeting());
  await anna.joins({});
  const { page } = anna.tab;
  await anna.microphone(true);
  const onAt = performance.now();
  await page.getByText("Ihr Mikrofon ist an, liefert aber keinen Ton.").waitFor({ timeout: 20_000 });
  figure("dead microphone: until it is said", performance.now() - onAt, 3_500);
  await anna.tab.press("button", "Mikrofon prüfen");
  await page.getByRole("heading", { name: "Ton", exact: true }).waitFor();
});

journey("the test tone and the own voice can be heard before it matters", async (here) => {
  const anna = await here.chromium(ANNA, { size: SIZE });
  await anna.opens(await here.meeting());
  await anna.joins({ microphone: true });
  const { page } = anna.tab;
  await anna.tab.press("button", "Mehr");
  await anna.tab.press("button", "Ton");
  await anna.tab.press("button", "Testton abspielen");
  await page.getByText("Links …").waitFor();
  await page.getByText("Rechts …").waitFor();
  await page.getByText("Haben Sie den Ton auf beiden Seiten gehört?").waitFor();
  await anna.tab.press("button", "Nein");
  await page.getByText("Stellen Sie das Gerät lauter").waitFor();
  await anna.tab.press("button", "Aufnehmen und anhören");
  await page.getByText("Bitte sprechen Sie …").waitFor();
  await page.getByText("So klingen Sie.").waitFor({ timeout: 10_000 });
  await eventually("it is over", async () => ((await page.getByText("So klingen Sie.").count()) === 0 ? true : "still playing"), { within: 10_000 });
});

journey("an instrument goes out unprocessed and in stereo, and a high tone survives in a voice", async (here) => {
  const [LEFT, RIGHT] = [440, 3_000];
  const link = await here.meeting();
  const anna = await here.chromium(ANNA, { size: SIZE, voice: stereoWav(30, LEFT, RIGHT) });
  const high = { ...BEN, tone: 7_000 };
  const ben = await here.chromium(high, { size: SIZE, voice: pulses(high.tone) });
  for (const one of [anna, ben]) {
    await one.opens(link);
    await one.joins({ microphone: true });
  }
  // As a voice, with everything that a browser does to voices.
  await anna.hears(ben);
  note("7 kHz in voice mode", "heard");

  await anna.tab.press("button", "Mehr");
  await anna.tab.press("button", "Ton");
  await anna.tab.page.getByRole("radio", { name: /^Instrument/ }).check();
  await eventually("Ben is told that Anna plays", async () => {
    const words = (await ben.tileOf(anna))?.words ?? "";
    return words.includes("spielt Musik") ? true : words;
  });
  await sleep(2_000);
  const sides = await ben.tab.evaluate(listenOnBothSides, [LEFT, RIGHT] as [number, number]);
  note("instrument: left 440 Hz, 3 kHz; right 440 Hz, 3 kHz", JSON.stringify(sides));
  expect(sides, "something is heard").not.toBeNull();
  if (!sides) return;
  expect(sides.left[0] - sides.left[1], "on the left only the left tone").toBeGreaterThan(20);
  expect(sides.right[1] - sides.right[0], "on the right only the right tone").toBeGreaterThan(20);
  // Muted is muted, whichever way it goes.
  await anna.tab.press("button", "Schließen");
  await anna.microphone(false);
  await eventually("Ben is told that it is over", async () => ((await ben.tileOf(anna))?.words.includes("spielt Musik") ? "still plays" : true));
});
