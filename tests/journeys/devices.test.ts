// Muting, unmuting, the camera off and on: what the others notice, and how soon.

import { figure } from "../harness/figures.ts";
import { ANNA, BEN, journey } from "../harness/journey.ts";
import { allMeet } from "../harness/person.ts";
import { expect } from "vitest";

// Seen to fail: with a client that goes on saying that its microphone is on. A client that says it is off while its
// track goes on is not heard either, since the server forwards only what is published.
journey("mute, unmute, camera off, camera on", async (here) => {
  const link = await here.meeting();
  const [anna, ben] = await Promise.all([here.chromium(ANNA), here.chromium(BEN)]);
  await anna.opens(link);
  await anna.agrees();
  // Off until asked for: nothing is on before anybody pressed anything.
  expect(await anna.tab.pressed(anna.words.microphone)).toBe(false);
  expect(await anna.tab.pressed(anna.words.camera)).toBe(false);
  await anna.joins();
  await ben.opens(link);
  await ben.joins();
  await allMeet([anna, ben]);
  await ben.seesMuted(anna, false);

  // What changes about somebody is no reason to begin their picture or their voice anew.
  await ben.tab.evaluate(() => {
    const counted = { emptied: 0 };
    Object.assign(window, { __begun: counted });
    for (const medium of document.querySelectorAll("video, audio")) medium.addEventListener("emptied", () => counted.emptied++);
  }, null);
  await anna.microphone(false);
  // Half a second of silence is part of this measure.
  figure("mute: until nothing is heard", await ben.doesNotHear(anna), 1_000);
  await ben.seesMuted(anna, true);
  await anna.microphone(true);
  figure("unmute: until heard again", await ben.hears(anna), 1_000);
  await ben.seesMuted(anna, false);
  expect(await ben.tab.evaluate(() => (window as unknown as { __begun: { emptied: number } }).__begun.emptied, null)).toBe(0);

  await anna.camera(false);
  figure("camera off: until no picture is shown", await ben.seesNoPictureOf(anna), 1_000);
  await ben.hears(anna);
  await anna.camera(true);
  figure("camera on: until the picture is back", await ben.sees(anna), 2_000);
  await anna.sees(ben);
  await ben.hears(anna);
});

// Seen to fail: with a client that does not hand over the tracks of devices switched on in the room.
journey("joined with nothing, then both devices switched on in the room", async (here) => {
  const link = await here.meeting();
  const [anna, ben] = await Promise.all([here.chromium(ANNA), here.chromium(BEN)]);
  await anna.opens(link);
  await anna.joins({});
  await ben.opens(link);
  await ben.joins();
  await anna.sees(ben);
  await anna.hears(ben);
  await ben.seesNoPictureOf(anna);
  await ben.seesMuted(anna, true);
  await anna.camera(true);
  await anna.microphone(true);
  figure("first camera in the room: until the picture", await ben.sees(anna), 2_000);
  await ben.hears(anna);
});
