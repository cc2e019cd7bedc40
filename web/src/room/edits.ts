// Letters as they are typed: what changed since the last look, instead of the whole text each time. The other
// side applies one edit after the other; the socket keeps their order.

export interface Edit {
  /** How much of the text before stays, from its beginning, in UTF-16 units. */
  readonly keep: number;
  /** What comes after it. */
  readonly add: string;
}

/** What stands for letters that were typed before we came. */
const BEFORE_US = "… ";

/** How to come from one text to the next. */
export function editBetween(before: string, after: string): Edit {
  let keep = 0;
  while (keep < before.length && keep < after.length && before[keep] === after[keep]) keep += 1;
  // Half a character is none: what is written in two units is kept or sent whole.
  if (keep > 0 && isHighSurrogate(after.charCodeAt(keep - 1))) keep -= 1;
  return { keep, add: after.slice(keep) };
}

/** The next text, no longer than `most`. Who came later does not have what the edit keeps, and sees that. */
export function applyEdit(before: string, { keep, add }: Edit, most: number): string {
  const kept = keep > before.length ? `${before.startsWith(BEFORE_US) ? "" : BEFORE_US}${before}` : before.slice(0, keep);
  return `${kept}${add}`.slice(0, most);
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
