// One journey: a server of its own, the people in it, and the checks that hold for every journey at its end.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "vitest";
import { ChromiumTab, type ChromiumOptions } from "./chromium.ts";
import { FirefoxTab } from "./firefox.ts";
import { COLOURS, type ColourName, type Looks } from "./looks.ts";
import { writeMedia } from "./media-files.ts";
import { Person } from "./person.ts";
import { Server } from "./server.ts";
import type { Tab } from "./tab.ts";
import { Watcher } from "./watcher.ts";
import type { Language } from "./words.ts";

export interface Character {
  name: string;
  colour: ColourName;
  tone: number;
  language?: Language;
}

/** The people who come in most journeys. */
export const ANNA: Character = { name: "Anna", colour: "red", tone: 440 };
export const BEN: Character = { name: "Ben", colour: "blue", tone: 700 };
export const CARLA: Character = { name: "Carla", colour: "green", tone: 1130 };

export interface InChromium extends Omit<ChromiumOptions, "media"> {
  devices?: boolean;
  /** A film of one's own instead of the plain colour. */
  picture?: Buffer;
  /** A sound of one's own instead of the pulses. */
  voice?: Buffer;
}

export class Journey {
  /** For files of this journey; gone after it. */
  readonly folder = mkdtempSync(join(tmpdir(), "incamera-people-"));
  readonly #tabs: Tab[] = [];
  readonly #secrets = new Set<string>();
  readonly watcher: Watcher;

  constructor(readonly server: Server) {
    this.watcher = new Watcher(server.origin);
  }

  /** A link to a new meeting. */
  async meeting(): Promise<string> {
    const { meeting, link } = await this.server.newMeeting();
    this.mustNotBeLogged(meeting);
    return link;
  }

  mustNotBeLogged(secret: string): void {
    if (secret !== "") this.#secrets.add(secret);
  }

  async chromium(who: Character, options: InChromium = {}): Promise<Person & { tab: ChromiumTab }> {
    const looks = this.#looks(who);
    const { devices = true, picture, voice, ...rest } = options;
    const media = devices ? writeMedia(this.folder, who.name || "nameless", looks, picture, voice) : undefined;
    const locale = who.language === "en" ? "en-GB" : "de-DE";
    const tab = await ChromiumTab.start(this.watcher, { locale, ...rest, ...(media ? { media } : {}) });
    this.#tabs.push(tab);
    return new Person(who.name, looks, tab, who.language ?? "de") as Person & { tab: ChromiumTab };
  }

  /** `portrait` is a JPEG in base64 that the camera sees instead of the plain colour. */
  async firefox(who: Character, portrait?: string): Promise<Person> {
    const looks = this.#looks(who);
    const tab = await FirefoxTab.start(this.watcher, looks, portrait);
    this.#tabs.push(tab);
    return new Person(who.name, looks, tab, who.language ?? "de");
  }

  #looks(who: Character): Looks {
    this.mustNotBeLogged(who.name);
    return { colour: COLOURS[who.colour], tone: who.tone };
  }

  /** Closes everything, then says what must hold after every journey. */
  async end(): Promise<void> {
    await Promise.all(this.#tabs.map((tab) => tab.close()));
    const alive = this.server.running();
    const code = await this.server.stop();
    this.server.forget();
    rmSync(this.folder, { recursive: true, force: true });
    const complaints = [...this.watcher.complaints()];
    if (!alive) complaints.push("the server was not running at the end");
    else if (code !== 0) complaints.push(`the server answered SIGTERM with ${code} instead of 0`);
    complaints.push(...this.#logged());
    if (complaints.length > 0) throw new Error(`at the end of the journey:\n  ${complaints.join("\n  ")}`);
  }

  /** The log knows no one (DP-35): neither meetings nor names nor addresses of those who came. */
  #logged(): string[] {
    // Where the server itself listens, it may and must say.
    const lines = this.server.log.split("\n").filter((line) => !/(Open http|Metrics on http|Media on UDP|first account is made at)/.test(line));
    const found: string[] = [];
    for (const line of lines) {
      for (const secret of this.#secrets) {
        if (line.includes(secret) || line.includes(secret.replaceAll("-", ""))) found.push(`the log holds "${secret}": ${line}`);
      }
      if (/\b(127\.0\.0\.\d|10\.77\.0\.\d|\[?::1\]?):\d{2,5}\b/.test(line)) found.push(`the log holds an address: ${line}`);
    }
    return found;
  }
}

/** Declares a journey as a test. */
export function journey(title: string, story: (journey: Journey) => Promise<void>, timeout?: number): void {
  test(title, async () => tell(await Server.start(), story), timeout);
}

/** A journey to a server that is started in a way of its own. */
export async function tell(server: Server, story: (journey: Journey) => Promise<void>): Promise<void> {
  const told = new Journey(server);
  try {
    await story(told);
  } catch (error) {
    // The first failure is the one to read; what holds at the end is not asked of a broken journey, but its log helps.
    await told.end().catch((atEnd: unknown) => console.error(String(atEnd)));
    console.error(`--- the server's log\n${told.server.log.split("\n").slice(-40).join("\n")}`);
    throw error;
  }
  await told.end();
}
