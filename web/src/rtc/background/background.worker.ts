// Works on the camera's pictures beside the page, so that the conversation does not wait for them.
import type { FromWorker, ToWorker } from "./messages";
import { makeComposer } from "./make-composer";
import { Studio, Unloaded } from "./studio";
import { PICTURES_A_SECOND } from "./trial";
import { tryOut } from "./try-out";

const tell = (message: FromWorker, transfer: Transferable[] = []) => postMessage(message, { transfer });

let studio: Studio | undefined;
/** Cameras are counted from 1. */
const NOBODY = 0;
/** What belongs to an older camera is recognised by its number and dropped. */
let session = NOBODY;
let asking: ReturnType<typeof setInterval> | undefined;
let waiting = false;
let told = "";

function studioHere(): Studio {
  return (studio ??= new Studio(makeComposer(), (standing) => tell({ type: "standing", standing })));
}

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case "try":
      void answerTrial();
      break;
    case "stream":
      begin(data.session);
      studioHere().begin(data.effect);
      void pump(data.session, data.readable, data.writable);
      break;
    case "ask":
      begin(data.session);
      studioHere().begin(data.effect);
      asking = setInterval(() => want(data.session), 1_000 / rate());
      break;
    case "picture":
      waiting = false;
      if (data.picture) give(data.session, data.picture);
      break;
    case "effect":
      if (studio) studio.effect = data.effect;
      break;
    case "stop":
      begin(NOBODY);
      break;
  }
});

function begin(next: number): void {
  session = next;
  clearInterval(asking);
  waiting = false;
  told = "";
}

function rate(): number {
  return studioHere().card ? PICTURES_A_SECOND.card : PICTURES_A_SECOND.plain;
}

async function answerTrial(): Promise<void> {
  const here = studioHere();
  try {
    await here.ready();
    tell({ type: "tried", trial: tryOut(here) });
  } catch (error) {
    tell({ type: "untried", reason: error instanceof Unloaded ? "unloaded" : "impossible" });
  }
}

/** The way of Chromium: stream in, stream out. */
async function pump(mine: number, readable: ReadableStream<VideoFrame>, writable: WritableStream<VideoFrame>): Promise<void> {
  const reader = readable.getReader();
  const writer = writable.getWriter();
  // A little less than a whole step, so that a camera of the very same rate does not lose every other picture.
  const step = 900 / rate();
  let last = Number.NEGATIVE_INFINITY;
  try {
    for (;;) {
      const { done, value: frame } = await reader.read();
      if (done) break;
      const now = performance.now();
      if (session !== mine) {
        frame.close();
        break;
      }
      if (now - last < step) {
        frame.close();
        continue;
      }
      last = now;
      const made = madeOf(frame);
      if (made) await writer.write(made);
    }
  } catch {
    // The camera or the line is gone, and with it the reason to go on.
  }
  void reader.cancel().catch(() => undefined);
  void writer.close().catch(() => undefined);
}

function madeOf(frame: VideoFrame): VideoFrame | undefined {
  const { timestamp } = frame;
  try {
    const { canvas, size } = studioHere().make(frame);
    note(session, size);
    return new VideoFrame(canvas, { timestamp });
  } catch {
    // Rather no picture than one of the room: the last one stays.
    return undefined;
  } finally {
    frame.close();
  }
}

/** The way of every other browser: pictures are asked for, made and sent back. */
function want(mine: number): void {
  // One at a time: a page that is busy must not find a heap of questions.
  if (waiting) return;
  waiting = true;
  tell({ type: "want", session: mine });
}

function give(mine: number, frame: ImageBitmap): void {
  if (mine !== session) {
    frame.close();
    return;
  }
  try {
    const { canvas, size } = studioHere().make(frame);
    note(mine, size);
    const picture = canvas.transferToImageBitmap();
    tell({ type: "made", session: mine, picture }, [picture]);
  } catch {
    // As above: the last one stays.
  } finally {
    frame.close();
  }
}

function note(mine: number, size: { readonly width: number; readonly height: number }): void {
  const now = `${size.width}x${size.height}`;
  if (now === told) return;
  told = now;
  tell({ type: "size", session: mine, size });
}
