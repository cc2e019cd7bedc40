// A journey over a bad network: the program hidden behind the proxy, and each person's way to it.

import { test } from "vitest";
import { sleep } from "./eventually.ts";
import { note } from "./figures.ts";
import { ANNA, BEN, tell, type Character, type Journey } from "./journey.ts";
import { COLOURS } from "./looks.ts";
import { busyFilm, MIDDLE } from "./media-files.ts";
import { NAMESPACE } from "./namespace.ts";
import { allMeet, type Person } from "./person.ts";
import { Proxy, type Leg } from "./proxy.ts";
import { Server } from "./server.ts";

/** Loopback has many addresses; the program sits at one that no browser is told of. */
const HIDDEN = "127.0.0.2";

/** Where the proxy stands: where Firefox gets to, too, when it can run at all. */
const SHOWN = NAMESPACE ?? "127.0.0.1";

const SEED = Number(process.env["SEED"] ?? 1);

export interface Network {
  /** A person's way to the program; the link is to be opened through it. */
  legOf(person: Person): Promise<Leg>;
  proxy: Proxy;
}

/** Declares a journey over a bad network as a test. SEED= gives another course of chance. */
export function badJourney(title: string, story: (journey: Journey, network: Network) => Promise<void>, timeout?: number): void {
  test(title, async () => {
    const server = await Server.start({ listen: HIDDEN, announce: SHOWN });
    const proxy = await Proxy.before({ address: HIDDEN, port: server.ports.media, http: server.ports.http }, SHOWN, SEED);
    note("seed of the network", SEED);
    try {
      await tell(server, (here) => story(here, {
        proxy,
        legOf: async (person) => {
          const leg = await proxy.leg(person.tab.pid);
          here.watcher.alsoOwn(leg.http.origin);
          return leg;
        },
      }));
    } finally {
      proxy.close();
    }
  }, timeout);
}

/** What two homes add without any trouble: a round trip of 60 ms between two people. */
export const USUAL = { delayMs: 15, jitterMs: 5 };

export interface Pair {
  anna: Person;
  ben: Person;
  annas: Leg;
  bens: Leg;
}

/**
 * Anna and Ben in a meeting, each with a usual way of their own, and with pictures that fill it. A way that grows longer
 * in mid-flow looks like a queue that builds up, so they have it from the start.
 */
export async function meet(here: Journey, network: Network, browsers: "chromium" | "mixed" = "chromium"): Promise<Pair> {
  const link = await here.meeting();
  const busy = (who: Character): Promise<Person> => here.chromium(who, { picture: busyFilm(COLOURS[who.colour], MIDDLE) });
  const anna = await busy(ANNA);
  const ben = browsers === "mixed" ? await here.firefox(BEN) : await busy(BEN);
  const [annas, bens] = [await network.legOf(anna), await network.legOf(ben)];
  for (const leg of [annas, bens]) leg.become(USUAL);
  await anna.opens(annas.through(link));
  await anna.joins();
  await ben.opens(bens.through(link));
  await ben.joins();
  await allMeet([anna, ben]);
  return { anna, ben, annas, bens };
}

/** What one person got of another over a span. */
export interface Experience {
  concealedPercent: number;
  /** The longest time without a new picture, and without the tone. */
  standstillMs: number;
  silenceMs: number;
  frames: number;
}

/** How wide the other's picture is in their tile, or that the tile says it is paused. */
export async function shown(of: Person, other: Person): Promise<"paused" | number> {
  const tile = await of.tileOf(other);
  return of.words.paused.test(tile?.words ?? "") ? "paused" : (tile?.width ?? 0);
}

/**
 * Whether the larger of two layers is shown. A browser whose processor is busy sends it at three quarters of its size;
 * the smaller layer has half.
 */
export async function isLarge(of: Person, other: Person): Promise<true | string> {
  const now = await shown(of, other);
  return now !== "paused" && now >= 480 ? true : `it is ${now}`;
}

/** The same at each second of a span, in as few words as it takes. */
export async function course(of: Person, other: Person, span: number): Promise<string> {
  const stages: { what: "paused" | number; seconds: number }[] = [];
  for (const end = performance.now() + span; performance.now() < end; await sleep(1_000)) {
    const what = await shown(of, other);
    if (stages.at(-1)?.what !== what) stages.push({ what, seconds: 0 });
    (stages.at(-1) ?? { seconds: 0 }).seconds += 1;
  }
  return stages.map(({ what, seconds }) => `${what} for ${seconds} s`).join(", ");
}

export async function experience(of: Person, other: Person, span: number): Promise<Experience> {
  const before = await of.received();
  await sleep(span);
  const after = await of.received();
  const since = (key: "concealedSamples" | "silentConcealedSamples" | "totalSamplesReceived" | "framesDecoded"): number => after[key] - before[key];
  return {
    concealedPercent: (100 * (since("concealedSamples") - since("silentConcealedSamples"))) / Math.max(1, since("totalSamplesReceived")),
    standstillMs: await of.standstillOf(other, span),
    silenceMs: await of.silenceOf(other, span),
    frames: since("framesDecoded"),
  };
}

export function print(what: string, { concealedPercent, standstillMs, silenceMs, frames }: Experience): void {
  note(what, `${frames} frames, ${Math.round(standstillMs)} ms the longest standstill, ${Math.round(silenceMs)} ms the longest silence, ${concealedPercent.toFixed(2)} % concealed`);
}
