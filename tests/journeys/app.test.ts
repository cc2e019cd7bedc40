// The page as an app: what may be installed, what is then kept on the device, and what happens when the server has got a
// new version meanwhile.
//
// Seen to fail: with a worker that keeps whatever is fetched, and with a page that does not listen for files that are gone.

import { expect } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { note } from "../harness/figures.ts";
import { ANNA, journey } from "../harness/journey.ts";

const KEPT = async (): Promise<string[]> => {
  const stores = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
  return stores.flat().map(({ url }) => new URL(url).pathname);
};

journey("the page can be installed, and then nothing is kept but files that never change", async (here) => {
  const anna = await here.chromium(ANNA);
  const { page } = anna.tab;
  await anna.opens(here.server.origin);
  const session = await anna.tab.context.newCDPSession(page);
  const { errors, data } = await session.send("Page.getAppManifest");
  expect(errors).toEqual([]);
  // A window without a name is a private one to Chromium's eyes, and those install nothing.
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito")).toEqual([]);
  const { icons } = JSON.parse(data ?? "{}") as { icons: { src: string; sizes: string }[] };
  for (const { src, sizes } of icons) {
    const size = await page.evaluate(async (address) => {
      const picture = await createImageBitmap(await (await fetch(address)).blob());
      return `${picture.width}x${picture.height}`;
    }, src);
    expect(size, src).toBe(sizes);
  }

  // Whoever only visits has no worker and no files of their own.
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  await page.evaluate(() => dispatchEvent(new Event("appinstalled")));
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  await page.getByRole("button", { name: "So funktioniert’s" }).click();
  await page.getByRole("heading", { name: "In drei Schritten dabei" }).waitFor();
  const kept = await eventually("files are kept", async () => ((await page.evaluate(KEPT)).length > 2 ? true : "none yet")).then(() => page.evaluate(KEPT));
  note("kept by the app", kept.join(", "));
  expect(kept.filter((path) => !/^\/assets\/.+/.test(path))).toEqual([]);
  expect(kept.some((path) => path.includes("HelpPages"))).toBe(true);
});

journey("a file that a new version has taken away is noticed, and reloading leads back into the room", async (here) => {
  here.watcher.allowsRefusals = true;
  const anna = await here.chromium(ANNA, { size: { width: 1280, height: 800 } });
  const { page } = anna.tab;
  await page.route(/ShortcutList-.*\.js/, (route) => route.fulfill({ status: 404, contentType: "text/html", body: "" }));
  await anna.opens(await here.meeting());
  await anna.joins({ camera: false, microphone: false });
  await page.keyboard.press("F1");
  await page.keyboard.press("Escape");
  await page.getByText("Es gibt eine neue Version dieser Seite.").waitFor();
  await page.unroute(/ShortcutList-.*\.js/);
  await page.getByRole("button", { name: "Seite neu laden" }).click();
  await eventually("Anna is in the room again", async () => ((await anna.ownTile()) ? true : "not yet"));
  await page.keyboard.press("F1");
  await page.getByRole("heading", { name: "Tastenkürzel" }).waitFor();
});
