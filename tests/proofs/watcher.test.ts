// The watcher must complain, or every "no complaint" at the end of a journey means nothing.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { ChromiumTab } from "../harness/chromium.ts";
import { eventually } from "../harness/eventually.ts";
import { Watcher } from "../harness/watcher.ts";

test("a foreign request, a foreign socket, a forbidden script, a console error and a broken script are all told", async () => {
  const page = `<!doctype html><title>x</title><script src="/bad.js"></script>`;
  const script = `
    fetch("https://example.org/telemetry").catch(() => {});
    new WebSocket("wss://example.net/");
    const style = document.createElement("script");
    style.textContent = "1";
    document.documentElement.append(style);
    console.error("that went wrong");
    setTimeout(() => { throw new Error("broken"); });`;
  const server = createServer((request, response) => {
    response.setHeader("content-security-policy", "script-src 'self'");
    response.setHeader("content-type", request.url === "/bad.js" ? "text/javascript" : "text/html");
    response.end(request.url === "/bad.js" ? script : page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}/`;
  const watcher = new Watcher(url);
  const tab = await ChromiumTab.start(watcher, {});
  try {
    await tab.open(url);
    for (const words of [/foreign host: https:\/\/example\.org/, /foreign host: https?:\/\/example\.net/, /content policy: script-src/, /that went wrong/, /a script broke: .*broken/]) {
      await eventually(`a complaint like ${words}`, () => (watcher.complaints().some((one) => words.test(one)) ? true : watcher.complaints().join(" | ")), { within: 5_000 });
    }
  } finally {
    await tab.close();
    server.closeAllConnections();
    server.close();
  }
  expect(new Watcher(url).complaints()).toEqual([]);
});
