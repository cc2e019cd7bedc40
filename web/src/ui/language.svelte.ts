// Which language the page speaks. Messages read it while they are drawn, so a change shows everywhere at
// once and nothing is torn down: a running conversation goes on.
import { keepLanguage, keptLanguage } from "../keep";
import { overwriteGetLocale } from "../paraglide/runtime.js";

export type Language = "de" | "en";

const LANGUAGES: readonly Language[] = ["de", "en"];

let current = $state<Language>(preferred());

export const language = {
  get current(): Language {
    return current;
  },
  /** Kept for this tab. */
  choose(chosen: Language): void {
    current = chosen;
    keepLanguage(chosen);
  },
};

overwriteGetLocale(() => current);

/** The language chosen in this tab, else German, unless the browser asks for English before German. */
function preferred(): Language {
  const kept = keptLanguage();
  const wishes = kept === undefined ? navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()) : [kept];
  return LANGUAGES.find((known) => known === wishes.find((wish) => LANGUAGES.some((one) => one === wish))) ?? "de";
}
