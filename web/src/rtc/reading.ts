// Where one is in a paper: which page, and, close up, which part of it. Pure; what is drawn is in `paper.ts`.
import type { Size } from "./sizes";

export interface Place {
  /** From 1. */
  readonly page: number;
  /** From 0; always 0 while the whole page is shown. */
  readonly part: number;
}

/** What a page may fill; larger pictures cost more than a viewer's window shows. */
const WHOLE = { width: 1920, height: 1440 };

/** Close up, a page is as wide as a screen and is read from the top in steps that overlap by a line or two. */
const CLOSE = { width: 1920, height: 1080 };
const OVERLAP = 0.1;

/** How large a page is drawn, in pixels. */
export function drawn(page: Size, close: boolean): Size {
  const scale = close ? CLOSE.width / page.width : Math.min(WHOLE.width / page.width, WHOLE.height / page.height);
  return { width: Math.round(page.width * scale), height: Math.round(page.height * scale) };
}

/** In how many parts a page is read. */
export function partsOf(page: Size, close: boolean): number {
  if (!close) return 1;
  const { height } = drawn(page, true);
  if (height <= CLOSE.height) return 1;
  return 1 + Math.ceil((height - CLOSE.height) / (CLOSE.height * (1 - OVERLAP)));
}

/** What of the drawn page is shown. */
export function windowOf(page: Size, close: boolean, part: number): Size & { readonly top: number } {
  const { width, height } = drawn(page, close);
  if (!close || height <= CLOSE.height) return { width, height, top: 0 };
  const parts = partsOf(page, true);
  const top = parts < 2 ? 0 : Math.round(((height - CLOSE.height) * part) / (parts - 1));
  return { width, height: CLOSE.height, top };
}

/** One step on: the next part, or the next page; undefined at the end. */
export function after({ page, part }: Place, parts: number, pages: number): Place | undefined {
  if (part + 1 < parts) return { page, part: part + 1 };
  return page < pages ? { page: page + 1, part: 0 } : undefined;
}

/** One step back; the page before is entered where it ends. */
export function before({ page, part }: Place): { readonly page: number; readonly part: number | "last" } | undefined {
  if (part > 0) return { page, part: part - 1 };
  return page > 1 ? { page: page - 1, part: "last" } : undefined;
}
