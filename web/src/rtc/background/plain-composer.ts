// Puts pictures together without a graphics card. The blur is made of halvings: each costs a quarter of the one
// before, and every browser can do it in a worker.
import type { Composer, Frame } from "./composer";
import { HALVINGS, type Hiding, type Picture, isPicture } from "./effect";
import { LOOK, type Outline } from "./outline";
import { paint } from "./pictures";
import type { Size } from "../sizes";

type Brush = OffscreenCanvasRenderingContext2D;

export class PlainComposer implements Composer {
  readonly canvas: OffscreenCanvas;
  readonly card = false;
  readonly #out: Brush;
  readonly #person = brushOf(2, 2);
  readonly #outline = brushOf(LOOK.width, LOOK.height);
  readonly #pixels = new ImageData(LOOK.width, LOOK.height);
  readonly #steps = Array.from({ length: Math.max(HALVINGS.light, HALVINGS.strong) }, () => brushOf(2, 2));
  #painted: { readonly picture: Picture; readonly brush: Brush } | undefined;

  constructor() {
    this.#out = brushOf(2, 2, false);
    this.canvas = this.#out.canvas;
  }

  compose(frame: Frame, size: Size, outline: Outline | undefined, effect: Hiding): void {
    fit(this.#out, size);
    if (!outline) {
      this.#blur(frame, size, HALVINGS.strong);
      return;
    }
    if (isPicture(effect)) this.#out.drawImage(this.#picture(effect, size).canvas, 0, 0);
    else this.#blur(frame, size, HALVINGS[effect]);
    this.#cut(frame, size, outline);
    this.#out.drawImage(this.#person.canvas, 0, 0);
  }

  close(): void {
    this.#painted = undefined;
  }

  #picture(picture: Picture, size: Size): Brush {
    const { width, height } = this.#painted?.brush.canvas ?? { width: 0, height: 0 };
    if (this.#painted?.picture !== picture || width !== size.width || height !== size.height) {
      const brush = brushOf(size.width, size.height, false);
      paint(brush, picture, size);
      this.#painted = { picture, brush };
    }
    return this.#painted.brush;
  }

  /** Down in halves and up again the same way: at once it would give blocks. */
  #blur(frame: Frame, size: Size, halvings: number): void {
    const steps = this.#steps.slice(0, halvings);
    let before: CanvasImageSource = frame;
    steps.forEach((step, index) => {
      const divisor = 2 ** (index + 1);
      const small = { width: Math.max(1, Math.round(size.width / divisor)), height: Math.max(1, Math.round(size.height / divisor)) };
      fit(step, small);
      step.drawImage(before, 0, 0, small.width, small.height);
      before = step.canvas;
    });
    for (let index = steps.length - 2; index >= 0; index -= 1) {
      const step = steps[index];
      if (!step) continue;
      step.drawImage(before, 0, 0, step.canvas.width, step.canvas.height);
      before = step.canvas;
    }
    this.#out.drawImage(before, 0, 0, size.width, size.height);
  }

  #cut(frame: Frame, size: Size, { certainty, within }: Outline): void {
    const { data } = this.#pixels;
    for (let at = 0; at < certainty.length; at += 1) data[4 * at + 3] = certainty[at] ?? 0;
    this.#outline.putImageData(this.#pixels, 0, 0);
    const person = this.#person;
    fit(person, size);
    person.globalCompositeOperation = "copy";
    person.drawImage(this.#outline.canvas, within.x, within.y, within.width, within.height, 0, 0, size.width, size.height);
    person.globalCompositeOperation = "source-in";
    person.drawImage(frame, 0, 0, size.width, size.height);
  }
}

function brushOf(width: number, height: number, alpha = true): Brush {
  const brush = new OffscreenCanvas(width, height).getContext("2d", { alpha });
  if (!brush) throw new Error("no canvas to draw on");
  return brush;
}

/** Setting a size empties a canvas and costs, so it is done only when it changes. */
function fit({ canvas }: Brush, { width, height }: Size): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
