// Nothing is fetched from anyone else, and the content policy has nothing to forbid. Every journey is watched for that
// (`watcher.ts`); this one walks through all pages, in both languages, and looks at the policy itself.
//
// Seen to fail: with a style sheet from another host in the page.

import { expect } from "vitest";
import { note } from "../harness/figures.ts";
import { ANNA, BEN, journey } from "../harness/journey.ts";
import { allMeet } from "../harness/person.ts";

journey("a whole meeting asks nobody else for anything", async (here) => {
  const anna = await here.chromium(ANNA);
  const ben = await here.chromium({ ...BEN, language: "en" });
  await anna.opens(here.server.origin);
  await anna.tab.press("button", anna.words.newMeeting);
  await anna.tab.page.waitForURL(/\/m\//);
  await anna.joins();
  await ben.opens(await anna.tab.address());
  await ben.joins();
  await allMeet([anna, ben]);
  await ben.camera(false);
  await ben.camera(true);
  await anna.tab.reload();
  await anna.sees(ben);
  await anna.leaves();
  await ben.leaves();

  const hosts = new Set(here.watcher.requests.filter((url) => !/^(data|blob):/.test(url)).map((url) => new URL(url).host));
  note("requests", here.watcher.requests.length);
  expect(here.watcher.requests.length).toBeGreaterThan(8);
  expect(here.watcher.requests.some((url) => /signal|socket|ws/.test(new URL(url).pathname)), "the signalling socket is among them").toBe(true);
  expect([...hosts]).toEqual([new URL(here.server.origin).host]);

  const page = await fetch(here.server.origin);
  const policy = page.headers.get("content-security-policy") ?? "";
  note("policy", policy);
  expect(policy).toMatch(/default-src 'none'|default-src 'self'/);
  expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|https?:|wss?:\/\/(?!localhost)|\*/);
  // The secret of the link is told to nobody, the server included.
  const secret = new URLSearchParams(new URL(await anna.tab.address()).hash.slice(1)).get("k");
  for (const url of here.watcher.requests) if (secret) expect(url.split("#")[0]).not.toContain(secret);
});
