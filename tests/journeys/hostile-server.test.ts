// ATK-11: a microphone or a camera is opened by its owner's press and by nothing else, whatever a server says. Between the page
// and the real server stands one that adds every message that there is, in the worst order.
//
// Seen to fail: with a microphone that is switched on when it should be switched off.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { note } from "../harness/figures.ts";
import { ANNA, BEN, journey } from "../harness/journey.ts";
import type { Sitting } from "../harness/panels.ts";

const GOLDEN = join(import.meta.dirname, "../../crates/protocol/golden");

/** Every message that a server can say, as the protocol's own files have them. */
function messages(): object[] {
  const files = readdirSync(GOLDEN).filter((name) => name.startsWith("server-") && name !== "server-frame.json");
  const all = files.map((name) => JSON.stringify((JSON.parse(readFileSync(join(GOLDEN, name), "utf8")) as { value: object }).value));
  // Each about every device there is.
  const sources = ["microphone", "camera", "screen", "music"];
  const about = all.flatMap((text) => (/"source":/.test(text) ? sources.map((source) => text.replaceAll(/"source":"\w+"/g, `"source":"${source}"`)) : [text]));
  return about.map((text) => JSON.parse(text) as object);
}

/** Counts how often the page asks for a device. */
function countOpenings(): void {
  const counted = window as unknown as { __opened: number };
  counted.__opened = 0;
  for (const name of ["getUserMedia", "getDisplayMedia"] as const) {
    const real = navigator.mediaDevices[name].bind(navigator.mediaDevices);
    navigator.mediaDevices[name] = (wanted) => {
      counted.__opened += 1;
      return real(wanted);
    };
  }
}

const opened = (who: Sitting) => who.tab.page.evaluate(() => (window as unknown as { __opened: number }).__opened);

journey("nothing that a server says opens a device", async (here) => {
  here.watcher.allowsCuts = true;
  const link = await here.meeting();
  const anna = await here.chromium(ANNA);
  await anna.opens(link);
  await anna.joins();
  const ben = await here.chromium(BEN);
  await ben.tab.context.addInitScript(countOpenings);
  const all = messages();
  expect(all.length).toBeGreaterThan(25);
  let you = "";
  let added = 0;
  await ben.tab.page.routeWebSocket(/\/signal$/, (page) => {
    const server = page.connectToServer();
    let [before, inserted] = [0, 0];
    page.onMessage((text) => {
      // The real server has not said what was added, and must not be told that it was heard.
      const frame = JSON.parse(String(text)) as { ack?: number };
      if (frame.ack !== undefined) frame.ack = Math.min(frame.ack, before);
      server.send(JSON.stringify(frame));
    });
    server.onMessage((text) => {
      const frame = JSON.parse(String(text)) as { type?: string; you?: string; seq?: number };
      if (frame.you !== undefined) you = frame.you;
      if (frame.seq) {
        before = frame.seq;
        frame.seq += inserted;
      }
      page.send(JSON.stringify(frame));
      if (frame.seq === undefined || inserted > 0) return;
      for (const message of all) {
        const type = (message as { type: string }).type;
        // After these nothing would be heard any more.
        if (type === "closing" || type === "sentBack") continue;
        inserted += 1;
        // As if all of it were about the one who reads it.
        const said = JSON.stringify(message).replaceAll(/"(?:participant|id|from|to|holder)":"[0-9a-f]{16}"/g, (field) => field.replace(/[0-9a-f]{16}/, you));
        page.send(`{"seq":${String(before + inserted)},"ack":0,"message":${said}}`);
      }
      added += inserted;
    });
  });
  await ben.opens(link);
  await ben.joins({});
  await eventually("everything was said", () => Promise.resolve(added > 30 ? true : `${String(added)} messages`));
  await ben.tab.page.waitForTimeout(3_000);
  expect(await opened(ben), "devices that were opened").toBe(0);
  expect(await ben.tab.pressed(ben.words.microphone)).toBe(false);
  expect(await ben.tab.pressed(ben.words.camera)).toBe(false);
  // The count can count: his own press opens one.
  await ben.microphone(true);
  expect(await opened(ben)).toBe(1);
  note("messages of a hostile server that opened no device", String(added));
}, 120_000);
