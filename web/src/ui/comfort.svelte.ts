// What a person set for their eyes, ears and hands. It stays on this device, since these do not change from visit to
// visit; what is as usual leaves nothing behind.
import { keepComfort, keptComfort } from "../keep";

export const THEMES = ["device", "light", "dark", "contrast"] as const;
export type Theme = (typeof THEMES)[number];

/** What a screen reader is told: everything, only what concerns this person, or nothing. */
export const TELLINGS = ["all", "own", "none"] as const;
export type Telling = (typeof TELLINGS)[number];

export interface Comfort {
  readonly theme: Theme;
  readonly telling: Telling;
  /** Four large buttons. */
  readonly simple: boolean;
  /** To be told that one speaks while muted. */
  readonly mutedHint: boolean;
}

const usual: Comfort = { theme: "device", telling: "all", simple: false, mutedHint: true };

let current = $state.raw<Comfort>(read(keptComfort()));
show(current.theme);

export const comfort = {
  get theme(): Theme {
    return current.theme;
  },
  get telling(): Telling {
    return current.telling;
  },
  get simple(): boolean {
    return current.simple;
  },
  get mutedHint(): boolean {
    return current.mutedHint;
  },
  set(change: Partial<Comfort>): void {
    current = { ...current, ...change };
    show(current.theme);
    const changed = Object.entries(current).filter(([name, value]) => value !== usual[name as keyof Comfort]);
    keepComfort(changed.length === 0 ? undefined : Object.fromEntries(changed));
  },
};

function show(theme: Theme): void {
  if (theme === "device") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

function read(kept: Readonly<Record<string, unknown>>): Comfort {
  return {
    theme: THEMES.find((one) => one === kept["theme"]) ?? usual.theme,
    telling: TELLINGS.find((one) => one === kept["telling"]) ?? usual.telling,
    simple: kept["simple"] === true,
    mutedHint: kept["mutedHint"] !== false,
  };
}
