// A PDF from this device, shown page by page as a picture. The file itself goes nowhere. What reads it is large and
// comes only when the first one is opened.
import type { PDFDocumentProxy, PDFPageProxy } from "pdfjs-dist";

import { type Place, after, before, drawn, partsOf, windowOf } from "./reading";
import type { Size } from "./sizes";

export interface PaperState extends Place {
  readonly pages: number;
  readonly parts: number;
  /** As wide as the screen, read from top to bottom. */
  readonly close: boolean;
}

/** Why a paper cannot be shown. */
export class Unreadable extends Error {
  constructor(readonly locked: boolean) {
    super(locked ? "it asks for a password" : "not a PDF");
  }
}

/** The picture is given again this often, for whoever comes later: a canvas that stands still gives none. */
const AGAIN_EVERY_MS = 1_000;

const FRAMES_PER_SECOND = 10;

export async function openPaper(file: File): Promise<Paper> {
  const { read } = await import("./pdf");
  const reader = await read(new Uint8Array(await file.arrayBuffer()));
  try {
    const paper = new Paper(file.name, reader.document, reader.close);
    await paper.turn(1);
    return paper;
  } catch (error) {
    reader.close();
    throw error;
  }
}

export class Paper {
  readonly track: MediaStreamTrack;
  readonly #document: PDFDocumentProxy;
  readonly #onclose: () => void;
  readonly #canvas = document.createElement("canvas");
  readonly #brush: CanvasRenderingContext2D;
  /** The page as it was drawn, of which the canvas shows a part. */
  #sheet: HTMLCanvasElement | undefined;
  #drawing: ReturnType<PDFPageProxy["render"]> | undefined;
  #state: PaperState;
  /** Counts the turns, so that whoever leafs quickly sees the last page and not the slowest. */
  #turn = 0;
  readonly #again: ReturnType<typeof setInterval>;
  readonly #listeners = new Set<(state: PaperState) => void>();

  constructor(
    readonly title: string,
    source: PDFDocumentProxy,
    onclose: () => void,
  ) {
    this.#document = source;
    this.#onclose = onclose;
    this.#state = { page: 1, part: 0, pages: source.numPages, parts: 1, close: false };
    const brush = this.#canvas.getContext("2d", { alpha: false });
    const [track] = this.#canvas.captureStream(FRAMES_PER_SECOND).getVideoTracks();
    if (!brush || !track) throw new Error("no canvas to draw on");
    this.#brush = brush;
    this.track = track;
    // Letters before movement: the browser then keeps the size and lets frames go.
    track.contentHint = "text";
    this.#again = setInterval(() => this.#show(), AGAIN_EVERY_MS);
  }

  get state(): PaperState {
    return this.#state;
  }

  get width(): number {
    return this.#canvas.width;
  }

  get height(): number {
    return this.#canvas.height;
  }

  subscribe(listener: (state: PaperState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  /** One step on or back, by what is shown. */
  async step(by: 1 | -1): Promise<void> {
    const { parts, pages, close } = this.#state;
    const next = by === 1 ? after(this.#state, parts, pages) : before(this.#state);
    if (next) await this.#goTo(next.page, next.part, close);
  }

  /** Goes to a page; one that does not exist changes nothing. */
  async turn(page: number): Promise<void> {
    if (!Number.isInteger(page) || page < 1 || page > this.#state.pages) return;
    await this.#goTo(page, 0, this.#state.close);
  }

  /** Close up, or the whole page. */
  async comeClose(close: boolean): Promise<void> {
    await this.#goTo(this.#state.page, 0, close);
  }

  close(): void {
    this.#turn += 1;
    clearInterval(this.#again);
    this.#drawing?.cancel();
    this.track.stop();
    this.#listeners.clear();
    this.#onclose();
  }

  async #goTo(page: number, wanted: number | "last", close: boolean): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    const same = this.#sheet !== undefined && page === this.#state.page && close === this.#state.close;
    const source = await this.#document.getPage(page);
    if (turn !== this.#turn) return;
    const { width, height } = source.getViewport({ scale: 1 });
    const size = { width, height };
    if (!same) {
      const sheet = await this.#draw(source, drawn(size, close));
      if (turn !== this.#turn || !sheet) return;
      this.#sheet = sheet;
    }
    const parts = partsOf(size, close);
    const part = wanted === "last" ? parts - 1 : wanted;
    const shown = windowOf(size, close, part);
    if (this.#canvas.width !== shown.width) this.#canvas.width = shown.width;
    if (this.#canvas.height !== shown.height) this.#canvas.height = shown.height;
    this.#top = shown.top;
    this.#state = { page, part, pages: this.#state.pages, parts, close };
    this.#show();
    for (const listener of this.#listeners) listener(this.#state);
  }

  #top = 0;

  /** Draws on a sheet of its own, so that nobody sees half a page; undefined when another page was asked for meanwhile. */
  async #draw(source: PDFPageProxy, size: Size): Promise<HTMLCanvasElement | undefined> {
    this.#drawing?.cancel();
    const canvas = document.createElement("canvas");
    Object.assign(canvas, size);
    const viewport = source.getViewport({ scale: size.width / source.getViewport({ scale: 1 }).width });
    const drawing = source.render({ canvas, viewport });
    this.#drawing = drawing;
    const whole = await drawing.promise.then(
      () => true,
      (error: unknown) => {
        if (this.#drawing === drawing && !isCancelled(error)) throw error;
        return false;
      },
    );
    return whole ? canvas : undefined;
  }

  #show(): void {
    if (this.#sheet) this.#brush.drawImage(this.#sheet, 0, -this.#top);
  }
}

function isCancelled(error: unknown): boolean {
  return error instanceof Error && error.name === "RenderingCancelledException";
}
