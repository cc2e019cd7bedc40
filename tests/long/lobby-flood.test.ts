// ATK-14: five thousand knock at the door of a counsellor who is in a conversation, with long names, from many networks, and go
// again. She goes on talking, and closes the door with one press.

import { expect } from "vitest";
import { eventually, sleep } from "../harness/eventually.ts";
import { figure, note } from "../harness/figures.ts";
import { button, createsAccount, hosted, knocks, makesAppointment } from "../harness/host.ts";
import { ANNA, BEN } from "../harness/journey.ts";
import { press } from "../harness/panels.ts";
import { grantFor, RawClient } from "../harness/raw-client.ts";
import type { Server } from "../harness/server.ts";

const KNOCKS = 5_000;
const AT_ONCE = 40;
/** How long each of them stands there, in ms. */
const STANDS = 250;

/** One who knocks, stands there and goes; gives what became of it. */
async function knocksAndGoes(server: Server, meeting: string, number: number): Promise<string> {
  const from = `198.${18 + (number % 2)}.${number % 250}.7`;
  const entry = await grantFor(server, meeting, from).catch(() => undefined);
  if (!entry) return "refused";
  const { grant, signal } = entry;
  const client = await RawClient.connect(server, signal, from);
  client.say({ type: "enter", version: 1, grant, name: [...`${number} ${"👺\u202eÄußerst lästig ".repeat(8)}`].slice(0, 60).join("") });
  const answer = await client.hears(/"type":"(waiting|refused|closing|entered)"/).catch(() => '"type":"silence"');
  if (answer.includes('"waiting"')) {
    await sleep(STANDS);
    // Whoever only broke off would keep their place for a while: a hundred of them, and the others are turned away.
    client.say({ seq: 1, ack: 0, message: { type: "leave" } });
    await sleep(20);
  }
  client.close();
  return /"type":"(\w+)"/.exec(answer)?.[1] ?? "nothing";
}

/** The longest gap between two pictures of the page, and the longest task, in ms. */
function watchFrames(): void {
  const seen = { gap: 0, task: 0 };
  Object.assign(window, { __frames: seen });
  let before = performance.now();
  const frame = (now: number): void => {
    seen.gap = Math.max(seen.gap, now - before);
    before = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.task = Math.max(seen.task, duration);
  }).observe({ type: "longtask" });
}

hosted(
  "five thousand knocks do not keep a counsellor from talking",
  async (here) => {
    const jana = await here.chromium({ ...ANNA, name: "Jana" });
    const ben = await here.chromium(BEN);
    await createsAccount(jana, here.server.firstInvitation, "jana");
    const link = await makesAppointment(jana, "Herr S.");
    const meeting = new URL(link).pathname.split("/").at(-1) ?? "";
    await knocks(ben, link);
    await jana.tab.page.getByRole("link", { name: "Raum betreten" }).click();
    await jana.joins();
    await button(jana, "Ben einlassen").click();
    await eventually("Jana sees Ben", async () => ((await jana.tiles()).filter(({ picture }) => picture).length === 2 ? true : "not yet"));
    const before = here.server.memory();
    await jana.tab.evaluate(watchFrames, null);

    const became = new Map<string, number>();
    let next = 0;
    const began = performance.now();
    const one = async (): Promise<void> => {
      while (next < KNOCKS) {
        const what = await knocksAndGoes(here.server, meeting, next++);
        became.set(what, (became.get(what) ?? 0) + 1);
      }
    };
    const seen = eventually("Jana is told of them", async () => ((await jana.pageText()).includes("lästig") ? true : "not yet"));
    await Promise.all([seen, ...Array.from({ length: AT_ONCE }, one)]);
    const seconds = (performance.now() - began) / 1_000;
    note("knocks", `${KNOCKS} in ${Math.round(seconds)} s: ${[...became].map(([what, count]) => `${count} ${what}`).join(", ")}`);
    const { gap, task } = await jana.tab.evaluate(() => (window as unknown as { __frames: { gap: number; task: number } }).__frames, null);
    figure("the longest gap between two pictures of the host's page", gap, 100);
    figure("the longest task of the host's page", task, 100);
    const grown = (here.server.memory() - before) / 1_048_576;
    note("memory that the server has more than before, MB", Math.round(grown));
    expect(grown).toBeLessThan(64);
    expect(became.get("waiting") ?? 0).toBeGreaterThan(KNOCKS / 2);
    expect(became.get("entered")).toBeUndefined();

    // They have gone, and the two still see each other; then nobody more gets as far as the door.
    await eventually("nobody waits any more", async () => ((await jana.pageText()).includes("lästig") ? "somebody does" : true), { within: 20_000 });
    expect((await jana.tiles()).filter(({ picture }) => picture)).toHaveLength(2);
    await press(jana, "people");
    await jana.tab.page.getByText("Raum abschließen").click();
    const answer = async (): Promise<string> => {
      const { grant, signal } = await grantFor(here.server, meeting);
      const client = await RawClient.connect(here.server, signal);
      client.say({ type: "enter", version: 1, grant, name: "Carla" });
      return client.hears(/"type"/);
    };
    await expect.poll(answer, { timeout: 10_000 }).toContain("roomLocked");
  },
  600_000,
  ["--trusted-proxy", "127.0.0.0/8"],
);
