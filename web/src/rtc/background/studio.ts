// The worker's inside: takes a picture, finds the person now and then, and gives back what others may see. Whatever
// goes wrong here, no picture leaves with the room in it.
import type { Composer, Frame } from "./composer";
import type { Hiding } from "./effect";
import { fitted } from "./fit";
import type { Standing } from "./messages";
import type { Outline } from "./outline";
import { Pace } from "./pace";
import { PlainComposer } from "./plain-composer";
import { Segmenter, Unloaded } from "./segmenter";
import type { Size } from "../sizes";

/** Without a graphics card every point costs. */
const LARGEST = { card: { width: 1280, height: 720 }, plain: { width: 640, height: 360 } } as const;

/** Someone who does not show up after so many mistakes in a row will not. */
const MOST_MISTAKES = 3;

export class Studio {
  effect: Hiding = "strong";
  readonly #tell: (standing: Standing) => void;
  readonly #loading: Promise<Segmenter>;
  #composer: Composer;
  #segmenter: Segmenter | undefined;
  #pace = new Pace();
  #outline: Outline | undefined;
  #shape = "";
  #mistakes = 0;
  #standing: Standing | undefined;

  constructor(composer: Composer, tell: (standing: Standing) => void) {
    this.#composer = composer;
    this.#tell = tell;
    this.#loading = Segmenter.load();
    this.#loading.then(
      (segmenter) => (this.#segmenter = segmenter),
      () => (this.#mistakes = MOST_MISTAKES),
    );
  }

  /** Resolves when the person can be found; fails with `Unloaded` where the files did not come. */
  async ready(): Promise<void> {
    await this.#loading;
  }

  get card(): boolean {
    return this.#composer.card;
  }

  /** A new camera: nothing that was known of the one before holds. */
  begin(effect: Hiding): void {
    this.effect = effect;
    this.#outline = undefined;
    this.#pace = new Pace();
  }

  /** Makes of a picture what others may see. The result stands on the canvas until the next call. */
  make(frame: Frame): { readonly canvas: OffscreenCanvas; readonly size: Size } {
    const { width, height } = frame instanceof VideoFrame ? { width: frame.displayWidth, height: frame.displayHeight } : frame;
    const outline = this.#outlineFor(frame, { width, height });
    const size = this.#sizeFor({ width, height });
    try {
      this.#composer.compose(frame, size, outline, this.effect);
    } catch {
      // A graphics card may be taken away at any time; what works without one works everywhere.
      this.#composer.close();
      this.#composer = new PlainComposer();
      this.#composer.compose(frame, size, outline, this.effect);
    }
    this.#say(this.#standingNow());
    return { canvas: this.#composer.canvas, size };
  }

  /** Does once what a picture costs at worst, and says how long it took. */
  measure(frame: ImageBitmap): { readonly lookMs: number; readonly composeMs: number } {
    if (!this.#segmenter) throw new Error("not ready");
    const began = performance.now();
    const outline = this.#segmenter.look(frame, frame);
    const looked = performance.now();
    this.#composer.compose(frame, this.#sizeFor(frame), outline, "strong");
    // What a graphics card was told to do is done only when its picture is asked for.
    this.#composer.canvas.transferToImageBitmap().close();
    return { lookMs: looked - began, composeMs: performance.now() - looked };
  }

  close(): void {
    this.#composer.close();
    this.#segmenter?.close();
  }

  #sizeFor(size: Size): Size {
    return fitted(size, this.card ? LARGEST.card : LARGEST.plain);
  }

  #outlineFor(frame: Frame, size: Size): Outline | undefined {
    const segmenter = this.#segmenter;
    if (!segmenter || this.#mistakes >= MOST_MISTAKES) return undefined;
    // A phone that is turned: the last outline lies across.
    const shape = `${size.width}x${size.height}`;
    if (shape !== this.#shape) this.begin(this.effect);
    this.#shape = shape;
    const now = performance.now();
    switch (this.#pace.step(now)) {
      case "hide":
        return undefined;
      case "reuse":
        return this.#outline;
      case "look":
        this.#outline = this.#look(segmenter, frame, size);
        this.#pace.looked(now, performance.now(), this.#outline !== undefined);
        return this.#outline;
    }
  }

  #look(segmenter: Segmenter, frame: Frame, size: Size): Outline | undefined {
    try {
      const outline = segmenter.look(frame, size);
      this.#mistakes = outline ? 0 : this.#mistakes + 1;
      return outline;
    } catch {
      this.#mistakes += 1;
      return undefined;
    }
  }

  #standingNow(): Standing {
    if (this.#mistakes >= MOST_MISTAKES) return "failed";
    if (!this.#segmenter) return "preparing";
    return this.#pace.behind ? "behind" : "running";
  }

  #say(standing: Standing): void {
    if (standing === this.#standing) return;
    this.#standing = standing;
    this.#tell(standing);
  }
}

export { Unloaded };
