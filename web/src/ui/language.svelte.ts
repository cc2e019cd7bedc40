// Which language the page speaks. Messages read it while they are drawn, so a change shows everywhere at
// once and nothing is torn down: a running conversation goes on.
import { keepLanguage, keptLanguage } from "../keep";
import { m } from "../paraglide/messages.js";
import { overwriteGetLocale } from "../paraglide/runtime.js";

/** Plain German is never guessed: nobody is told that they need it. */
export type Language = "de" | "de-x-leicht" | "en";

export const LANGUAGES: readonly Language[] = ["de", "de-x-leicht", "en"];

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

/** The language's name in itself. */
export function languageName(one: Language): string {
  return one === "de" ? m.language_german() : one === "en" ? m.language_english() : m.language_plain();
}

export function languageIn(value: unknown): Language | undefined {
  return LANGUAGES.find((known) => known === value);
}

/** The language chosen in this tab, else German, unless the browser asks for English before German. */
function preferred(): Language {
  const kept = languageIn(keptLanguage());
  if (kept) return kept;
  const wishes = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return languageIn(wishes.find((wish) => languageIn(wish))) ?? "de";
}
