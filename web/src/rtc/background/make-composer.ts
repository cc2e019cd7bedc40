// Which hands put the pictures together here.
import { CardComposer } from "./card-composer";
import type { Composer } from "./composer";
import { PlainComposer } from "./plain-composer";

/** A graphics card that is only pretended is slower than none. */
const PRETENDED = /swiftshader|llvmpipe|softpipe|software|basic render/i;

export function makeComposer(): Composer {
  try {
    const composer = new CardComposer();
    if (!PRETENDED.test(composer.name)) return composer;
    composer.close();
  } catch {
    // Then without.
  }
  return new PlainComposer();
}
