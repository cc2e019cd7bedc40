// A PDF from one's own device, leafed through before everyone's eyes; read in the browser, fetched on first use, and sent
// nowhere as a file.
//
// Seen to fail: without the picture being given again, whoever comes later sees nothing of a paper that stands still.

import { expect } from "vitest";
import { eventually, sleep } from "../harness/eventually.ts";
import { figure, note } from "../harness/figures.ts";
import { ANNA, BEN, CARLA, journey } from "../harness/journey.ts";
import { COLOURS, sameColour, type ColourName } from "../harness/looks.ts";
import type { Person } from "../harness/person.ts";
import { coloursAsPdf } from "../harness/pdf-file.ts";

const SIZE = { width: 1280, height: 800 };
const PAGES: ColourName[] = ["green", "red", "blue"];

const paper = (name: string) => ({ name, mimeType: "application/pdf", buffer: coloursAsPdf(PAGES.map((colour) => COLOURS[colour])) });

async function seesPage(person: Person, colour: ColourName): Promise<number> {
  return eventually(`${person.name} sees the ${colour} page`, async () => {
    const shown = (await person.tiles()).find(({ words }) => words.includes("Bildschirm von Ben"))?.colour;
    return shown && sameColour(shown, COLOURS[colour]) ? true : `its colour is ${String(shown)}`;
  }, { within: 15_000 });
}

journey("a PDF is leafed through, and whoever comes later sees the page that is open", async (here) => {
  const link = await here.meeting();
  const anna = await here.chromium(ANNA, { size: SIZE });
  const ben = await here.chromium(BEN, { size: SIZE });
  for (const one of [anna, ben]) {
    await one.opens(link);
    await one.joins({ camera: false, microphone: false });
  }
  const { page } = ben.tab;
  const fetched: string[] = [];
  page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
  here.mustNotBeLogged("Klient Meier.pdf");
  expect(fetched, "nothing that reads papers comes before it is needed").toEqual([]);
  const chosen = async (file: ReturnType<typeof paper>) => {
    await ben.tab.press("button", "Bildschirm teilen");
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByRole("button", { name: /^PDF von diesem Gerät/ }).click(),
    ]);
    await chooser.setFiles(file);
  };
  await chosen(paper("Klient Meier.pdf"));
  figure("paper: until the first page is seen", await seesPage(anna, "green"), 5_000);
  note("fetched for it", fetched.filter((path) => path.includes("pdf")).join(", "));
  expect(fetched.some((path) => path.includes("pdf.worker"))).toBe(true);

  await ben.tab.press("button", "Weiter");
  await seesPage(anna, "red");
  await page.getByText("Seite 2 von 3").waitFor({ state: "attached" });
  await page.getByRole("spinbutton", { name: /^Seite/ }).fill("3");
  await page.keyboard.press("Enter");
  figure("paper: until another page is seen", await seesPage(anna, "blue"), 3_000);
  expect(await page.getByRole("button", { name: "Weiter", exact: true }).getAttribute("aria-disabled")).toBe("true");

  // By keyboard, close up: three parts of the page before the one before.
  await ben.tab.press("button", "Näher heran");
  await page.keyboard.press("ArrowLeft");
  await seesPage(anna, "red");
  for (let step = 0; step < 3; step += 1) {
    await seesPage(anna, "red");
    await page.keyboard.press("ArrowLeft");
    await sleep(500);
  }
  await seesPage(anna, "green");
  const screen = anna.tab.page.locator('[data-source="screen"] video');
  await eventually("close up it is as wide as a screen", async () => {
    const [width, height] = await screen.evaluate((video) => [(video as HTMLVideoElement).videoWidth, (video as HTMLVideoElement).videoHeight]);
    return width === 1920 && height === 1080 ? true : `${width} by ${height}`;
  });

  const carla = await here.chromium(CARLA, { size: SIZE });
  await carla.opens(link);
  await carla.joins({ camera: false, microphone: false });
  await seesPage(carla, "green");
  await ben.tab.press("button", "Nicht mehr zeigen");
  await eventually("the paper is gone", async () => ((await anna.tiles()).some(({ words }) => words.includes("Bildschirm von")) ? "it is there" : true));

  await chosen({ name: "brief.pdf", mimeType: "application/pdf", buffer: Buffer.from("kein PDF") } as ReturnType<typeof paper>);
  await page.getByText("Diese Datei lässt sich nicht als PDF lesen.").waitFor();
  expect(await ben.tab.pressed("Bildschirm teilen")).toBe(false);
}, 150_000);

/** What a person would choose in the system's dialog, where a test cannot reach it. Runs in the page. */
function choose([what, name, base64]: [string, string, string]): void {
  const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
  const list = new DataTransfer();
  list.items.add(new File([bytes], name, { type: "application/pdf" }));
  const input = document.querySelector<HTMLInputElement>(`[data-chooser="${what}"]`);
  if (!input) throw new Error(`nothing asks for ${what}`);
  input.files = list.files;
  // The page listens where the event arrives at last.
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

journey("a PDF is shown from Firefox as well", async (here) => {
  const link = await here.meeting();
  const ben = await here.firefox(BEN);
  const anna = await here.chromium(ANNA, { size: SIZE });
  for (const one of [ben, anna]) {
    await one.opens(link);
    await one.joins({ camera: false, microphone: false });
  }
  const { name, buffer } = paper("Arbeitsblatt.pdf");
  await ben.tab.evaluate(choose, ["paper", name, buffer.toString("base64")] as [string, string, string]);
  figure("paper from Firefox: until the first page is seen", await seesPage(anna, "green"), 8_000);
  await ben.tab.press("button", "Weiter");
  await seesPage(anna, "red");
}, 120_000);
