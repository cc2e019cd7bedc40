// What the operator shows of themselves: name, logo, colour and words. The server's face stands in the page as it comes; a
// door brings the face of its room, which is worn until one is somewhere else.
import { m } from "../paraglide/messages.js";
import type { Colour, Door, Face, Legal, Texts } from "../protocol";
import { language } from "./language.svelte";

let server = $state.raw(inPage());
let worn = $state.raw<{ readonly face: Face; readonly legal: Legal | undefined }>();

export const face = {
  get current(): Face {
    return worn?.face ?? server;
  },
  /** What the law wants to be read, where the room or its host has words of their own. */
  get legal(): Legal | undefined {
    return worn?.legal;
  },
  /** Puts on what a door brought. Who leads the room is not greeted in it, and not led away from it. */
  wear({ face, legal, own }: Pick<Door, "face" | "legal" | "own">): void {
    if (!face) return;
    const { greeting, redirect, ...rest } = face;
    worn = { face: own ? rest : { ...rest, ...(greeting && { greeting }), ...(redirect && { redirect }) }, legal };
  },
  /** The server's, as it was changed just now. */
  renew(next: Face): void {
    server = next;
  },
  takeOff(): void {
    worn = undefined;
  },
};

/** What all this is called. */
export function brandName(): string {
  return wordsIn(face.current.name) ?? m.brand();
}

/** The text in the language of the page, or in the next one that has it. */
export function wordsIn(texts: Texts | undefined, wanted = language.current): string | undefined {
  if (!texts) return undefined;
  const { de, en, "de-x-leicht": plain } = texts;
  const order = wanted === "en" ? [en, de, plain] : wanted === "de" ? [de, plain, en] : [plain, de, en];
  return order.find((one) => one !== undefined && one !== "");
}

/** Gives everything inside an element a colour. How light it is is fixed by the tokens, so that it can be read. */
export function paint({ style }: HTMLElement, colour: Colour | undefined): void {
  if (colour) {
    style.setProperty("--accent-h", String(colour.hue));
    style.setProperty("--accent-c", String(colour.chroma / 1_000));
  } else {
    style.removeProperty("--accent-h");
    style.removeProperty("--accent-c");
  }
}

/** Shows a sign in the browser's tab. */
export function mark(icon: string | undefined): void {
  const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  if (!link) return;
  usual ??= { href: link.href, type: link.type };
  link.type = icon === undefined ? usual.type : "image/png";
  link.href = icon ?? usual.href;
}
let usual: { readonly href: string; readonly type: string } | undefined;

/** Written by the server, who checked it; a page that came otherwise has none. */
function inPage(): Face {
  try {
    return JSON.parse(document.getElementById("face")?.textContent ?? "{}") as Face;
  } catch {
    return {};
  }
}
