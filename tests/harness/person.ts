// A person at a browser, in the words of a journey. What is seen and heard is measured in the page by `probe.ts`.

import { eventually, throughout, type Look, type Patience } from "./eventually.ts";
import { hue, sameColour, sameTone, type Looks } from "./looks.ts";
import type { Peak, Received, SentLayer, TileSeen } from "./probe.ts";
import type { Tab } from "./tab.ts";
import { WORDS, type Language } from "./words.ts";

export interface Devices {
  camera?: boolean;
  microphone?: boolean;
}

export class Person {
  #id: string | null = null;
  readonly words: (typeof WORDS)[Language];

  constructor(
    readonly name: string,
    readonly looks: Looks,
    readonly tab: Tab,
    readonly language: Language = "de",
  ) {
    this.words = WORDS[language];
  }

  // ---- doing

  async opens(link: string): Promise<void> {
    await this.tab.open(link);
  }

  /** Past what is asked at the door, to the devices. Who leads the room is asked nothing. */
  async agrees(): Promise<void> {
    const { words } = this;
    await eventually(`${this.name} is at the door`, async () =>
      (await this.tab.has("button", words.agree)) || (await this.tab.has("button", words.join)) ? true : `at ${await this.tab.address()}: ${(await this.pageText()).slice(0, 200)}`,
    );
    if (!(await this.tab.has("button", words.agree))) return;
    if (this.name !== "") await this.tab.fill(words.nameField, this.name);
    await this.tab.press("button", words.agree);
    await eventually(`${this.name} comes to the devices`, async () => ((await this.tab.has("button", words.join)) ? true : (await this.pageText()).slice(0, 200)));
  }

  /** From the join page into the room; gives the time of the press on "Beitreten". */
  async joins(devices: Devices = { camera: true, microphone: true }): Promise<number> {
    const { words } = this;
    await this.agrees();
    if (this.name !== "" && (await this.tab.has("textbox", words.nameField))) await this.tab.fill(words.nameField, this.name);
    if (devices.microphone) await this.#switch(words.microphone, true);
    if (devices.camera) await this.#switch(words.camera, true);
    const pressedAt = performance.now();
    await this.tab.press("button", words.join);
    await this.#arrives();
    return pressedAt;
  }

  async #arrives(): Promise<void> {
    await eventually(`${this.name} is in the room`, async () => ((await this.ownTile()) ? true : `at ${await this.tab.address()}: ${(await this.pageText()).slice(0, 200)}`));
    this.#id = (await this.ownTile())?.id ?? null;
  }

  async #switch(device: string, on: boolean): Promise<void> {
    const before = await this.tab.pressed(device);
    if (before !== on) await this.tab.press("button", device);
    await eventually(`${this.name}'s "${device}" is ${on ? "on" : "off"}`, async () => ((await this.tab.pressed(device)) === on ? true : "the other"));
  }

  microphone(on: boolean): Promise<void> {
    return this.#switch(this.words.microphone, on);
  }

  camera(on: boolean): Promise<void> {
    return this.#switch(this.words.camera, on);
  }

  async leaves(): Promise<void> {
    await this.tab.press("button", this.words.leave);
    await eventually(`${this.name} is on the farewell page`, async () => ((await this.tab.has("button", this.words.rejoin)) || (await this.tab.has("link", this.words.rejoin)) ? true : "not yet"));
  }

  // ---- looking

  tiles(): Promise<TileSeen[]> {
    return this.tab.evaluate(() => window.__probe.tiles(), null);
  }

  async ownTile(): Promise<TileSeen | undefined> {
    return (await this.tiles()).find((tile) => tile.self);
  }

  pageText(): Promise<string> {
    return this.tab.evaluate(() => document.body.innerText, null);
  }

  /** This person's id in the room now; the last known one while the page cannot tell. */
  async id(): Promise<string> {
    const now = await this.ownTile().then((tile) => tile?.id, () => undefined);
    this.#id = now ?? this.#id;
    if (this.#id === null) throw new Error(`${this.name} is in no room`);
    return this.#id;
  }

  async tileOf(other: Person): Promise<TileSeen | undefined> {
    const id = await other.id();
    return (await this.tiles()).find((tile) => tile.id === id);
  }

  async #looksAt(other: Person): Promise<Look> {
    const tile = await this.tileOf(other);
    if (!tile) return `no tile of ${other.name} among ${(await this.tiles()).map((one) => one.words).join(" | ")}`;
    if (other.name !== "" && !tile.words.includes(other.name)) return `the tile says "${tile.words}"`;
    if (!tile.picture || !tile.colour) return `the tile has no picture (${tile.width} pixels wide, at ${tile.clock} s): "${tile.words}"`;
    if (!sameColour(tile.colour, other.looks.colour)) {
      return `the picture's colour is ${tile.colour.map(Math.round).join(" ")}, hue ${Math.round(hue(tile.colour).degrees)}`;
    }
    return true;
  }

  /** The other's tile shows the other's colour, and the picture moves. Gives the milliseconds it took. */
  async sees(other: Person, patience: Patience = {}): Promise<number> {
    const took = await eventually(`${this.name} sees ${other.name}`, () => this.#looksAt(other), { every: 50, ...patience });
    const clock = (await this.tileOf(other))?.clock ?? 0;
    await eventually(`${other.name}'s picture moves before ${this.name}`, async () => {
      const now = (await this.tileOf(other))?.clock ?? 0;
      return now > clock ? true : `the clock of the picture stands at ${now}`;
    }, { within: 5_000 });
    return took;
  }

  /** Sees the other for the whole span. */
  keepsSeeing(other: Person, span: number): Promise<void> {
    return throughout(`${this.name} keeps seeing ${other.name}`, span, () => this.#looksAt(other));
  }

  /** The other is in the room, with a tile that holds no picture. */
  async seesNoPictureOf(other: Person, patience: Patience = {}): Promise<number> {
    return eventually(`${this.name} sees ${other.name}'s tile without a picture`, async () => {
      const tile = await this.tileOf(other);
      if (!tile) return "no tile";
      return tile.picture ? "there is a picture" : true;
    }, patience);
  }

  async seesMuted(other: Person, muted: boolean, patience: Patience = {}): Promise<number> {
    return eventually(`${this.name} ${muted ? "sees" : "does not see"} that ${other.name} is muted`, async () => {
      const words = (await this.tileOf(other))?.words ?? "";
      return this.words.muted.test(words) === muted ? true : `the tile says "${words}"`;
    }, patience);
  }

  async seesPeople(count: number, patience: Patience = {}): Promise<number> {
    return eventually(`${this.name} sees ${count} people`, async () => {
      const tiles = await this.tiles();
      return tiles.length === count ? true : `${tiles.length}: ${tiles.map((tile) => tile.words).join(" | ")}`;
    }, patience);
  }

  // ---- listening

  heardLately(ms: number): Promise<Peak[]> {
    return this.tab.evaluate((last) => window.__probe.heard(last), ms);
  }

  async #listensFor(other: Person, window: number): Promise<Look> {
    const peaks = await this.heardLately(window);
    if (peaks.some((peak) => sameTone(peak.hz, other.looks.tone))) return true;
    const tones = [...new Set(peaks.map((peak) => Math.round(peak.hz)))].slice(0, 12);
    return tones.length > 0 ? `heard only ${tones.join(", ")} Hz` : "heard nothing";
  }

  async hears(other: Person, patience: Patience = {}): Promise<number> {
    return eventually(`${this.name} hears ${other.name} (${other.looks.tone} Hz)`, () => this.#listensFor(other, 500), patience);
  }

  /** No tone of the other for half a second, which is longer than the pause between two pulses. */
  async doesNotHear(other: Person, patience: Patience = {}): Promise<number> {
    return eventually(`${this.name} does not hear ${other.name}`, async () => {
      return (await this.#listensFor(other, 500)) === true ? `still heard ${other.looks.tone} Hz` : true;
    }, patience);
  }

  keepsHearing(other: Person, span: number): Promise<void> {
    return throughout(`${this.name} keeps hearing ${other.name}`, span, () => this.#listensFor(other, 1_500));
  }

  // ---- measuring

  received(): Promise<Received> {
    return this.tab.evaluate(() => window.__probe.received(), null);
  }

  sent(): Promise<SentLayer[]> {
    return this.tab.evaluate(() => window.__probe.sent(), null);
  }

  /** The longest time within the last `ms` in which the other was not heard; their pulses pause for a tenth of a second. */
  silenceOf(other: Person, ms: number): Promise<number> {
    return this.tab.evaluate(([hz, last]) => window.__probe.silence(hz, last), [other.looks.tone, ms] as const);
  }

  /** The longest time within the last `ms` in which the other's tile showed no new picture. */
  async standstillOf(other: Person, ms: number): Promise<number> {
    return this.tab.evaluate(([id, last]) => window.__probe.standstill(id, last), [await other.id(), ms] as const);
  }
}

/** Everyone sees and hears everyone else, each in the right tile. */
export async function allMeet(people: readonly Person[], patience: Patience = {}): Promise<void> {
  for (const one of people) {
    for (const other of people) {
      if (one === other) continue;
      await one.sees(other, patience);
      await one.hears(other, patience);
    }
  }
}
