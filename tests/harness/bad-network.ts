// A journey over a bad network: the program hidden behind the proxy, and each person's way to it.

import { test } from "vitest";
import { note } from "./figures.ts";
import { tell, type Journey } from "./journey.ts";
import { NAMESPACE } from "./namespace.ts";
import type { Person } from "./person.ts";
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
