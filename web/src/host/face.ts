// What a host shows of themselves: read, changed, and pictures made fit to be sent.
import { type Outcome, request } from "../api";
import type { Face, FaceChange, FaceDraft, FaceKept, PictureChange, PictureKind, Texts } from "../protocol";
import type { Language } from "../ui/language.svelte";

/** `server`, `own`, or a room's identifier. */
export type Wearer = string;

/** Texts of a draft that stand in each language. */
export type TextField = { [K in keyof FaceDraft]-?: NonNullable<FaceDraft[K]> extends Texts ? K : never }[keyof FaceDraft];

/** The most characters of each, as the server counts them. */
export const MOST: Readonly<Record<TextField, number>> = {
  name: 60,
  logoAlt: 120,
  welcome: 2_000,
  greeting: 2_000,
  farewell: 2_000,
  imprint: 20_000,
  privacy: 20_000,
};

/** The largest side of a picture that is sent, in pixels: a logo is drawn 42 high, and screens have up to three for one. */
const SIDES: Readonly<Record<PictureKind, readonly [width: number, height: number]>> = {
  logo: [640, 192],
  logoDark: [640, 192],
  icon: [192, 192],
};
/** The server takes a little more. */
const MOST_BYTES = 240 * 1024;

export function fetchFace(wearer: Wearer): Promise<Outcome<FaceKept>> {
  return request<FaceKept>("GET", addressOf(wearer));
}

/** A few hundred kilobytes over a slow line take their time. */
const SAVE_PATIENCE_MS = 60_000;

export function saveFace(wearer: Wearer, draft: FaceDraft, pictures: readonly PictureChange[]): Promise<Outcome<FaceKept>> {
  const body: FaceChange = { draft, pictures: [...pictures] };
  return request<FaceKept>("PUT", addressOf(wearer), body, SAVE_PATIENCE_MS);
}

function addressOf(wearer: Wearer): string {
  if (wearer === "server") return "/api/face";
  return wearer === "own" ? "/api/account/face" : `/api/rooms/${wearer}/face`;
}

/** The same draft with one text changed; what is empty is not in it. */
export function withText(draft: FaceDraft, field: TextField, spoken: Language, text: string): FaceDraft {
  const texts: Texts = { ...draft[field], [spoken]: text };
  const { [field]: _, ...rest } = draft;
  return Object.values(texts).every((one) => one === "") ? rest : { ...rest, [field]: texts };
}

/** How visitors will see a draft: over what lies beneath it, with pictures that may not have been sent yet. */
export function faceOf(draft: FaceDraft, pictures: Partial<Record<PictureKind, string>>, beneath: Face): Face {
  const { name, colour, welcome, greeting, farewell, redirect } = draft;
  const { logo: lowerLogo, logoDark: lowerDark, logoAlt: lowerAlt, ...lower } = beneath;
  const defined = Object.fromEntries(
    Object.entries({ name, colour, welcome, greeting, farewell, redirect, icon: pictures.icon }).filter(([, value]) => value !== undefined),
  );
  const own = pictures.logo !== undefined;
  const [logo, logoDark] = own ? [pictures.logo, pictures.logoDark] : [lowerLogo, lowerDark];
  const logoAlt = draft.logoAlt ?? (own ? undefined : lowerAlt);
  return { ...lower, ...defined, ...(logo && { logo }), ...(logoDark && { logoDark }), ...(logoAlt && { logoAlt }) };
}

/**
 * Any picture that this browser can show, drawn anew as a PNG that is small enough: the server takes no other kind, and what
 * a file carries besides its picture stays here. Undefined where the file is no picture.
 */
export async function drawnAnew(file: File, kind: PictureKind): Promise<Blob | undefined> {
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    let [width, height] = SIDES[kind];
    // A drawing without a size of its own takes all there is.
    const [ownWidth, ownHeight] = [image.naturalWidth || width, image.naturalHeight || height];
    const drawing = file.type === "image/svg+xml";
    for (;;) {
      const scale = Math.min(width / ownWidth, height / ownHeight, drawing ? Infinity : 1);
      const blob = await draw(image, Math.max(1, Math.round(ownWidth * scale)), Math.max(1, Math.round(ownHeight * scale)));
      if (!blob || blob.size <= MOST_BYTES) return blob;
      [width, height] = [width * 0.7, height * 0.7];
    }
  } catch {
    return undefined;
  } finally {
    URL.revokeObjectURL(address);
  }
}

function draw(image: HTMLImageElement, width: number, height: number): Promise<Blob | undefined> {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")?.drawImage(image, 0, 0, width, height);
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? undefined), "image/png"));
}

/** Base64 as the server reads it. */
export async function base64Of(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
