// The page's side of the worker: gives it the camera's pictures, by stream where the browser has such streams and one
// by one where it has not, and holds the track that others may see.
import { ownWorker } from "../workers";
import { type Size, noteSize } from "../sizes";
import workerAddress from "./background.worker?worker&url";
import type { Hiding } from "./effect";
import type { FromWorker, Standing, ToWorker } from "./messages";
import type { Trial } from "./trial";

/** A camera with something else behind the person. */
export interface Dressed {
  /** What may be seen. */
  readonly track: MediaStreamTrack;
  /** The camera itself: never shown, never sent. */
  readonly camera: MediaStreamTrack;
  /** Ends the track and leaves the camera alone. */
  undress(): void;
}

export interface PipelineHooks {
  onStanding(standing: Standing): void;
  /** A dressed track has another size from now. */
  onSize(): void;
  /** The worker is gone, and with it every track that it made. */
  onBroken(): void;
}

/** Long enough for a file of a few megabytes on a slow line. */
const LOADED_WITHIN_MS = 60_000;
/** The worker's own file is small. */
const BEGINS_WITHIN_MS = 15_000;

/** What the trial came to: figures, or why there are none. */
export type TrialOutcome = Trial | "unloaded" | "impossible";

export class Pipeline {
  readonly #hooks: PipelineHooks;
  readonly #worker = ownWorker(workerAddress, "classic");
  #session = 0;
  /** Ends the present track's own things. */
  #end: (() => void) | undefined;
  #onFirst: ((size: Size) => void) | undefined;
  #onTrial: ((outcome: TrialOutcome) => void) | undefined;
  #onWant: (() => void) | undefined;
  #onMade: ((picture: ImageBitmap) => void) | undefined;
  #onLost: (() => void) | undefined;
  #broken = false;
  #track: MediaStreamTrack | undefined;

  constructor(hooks: PipelineHooks) {
    this.#hooks = hooks;
    this.#worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => this.#on(data));
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#breakDown();
    });
  }

  get broken(): boolean {
    return this.#broken;
  }

  /** Tries how fast the device is. */
  async tryOut(): Promise<TrialOutcome> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve("unloaded"), LOADED_WITHIN_MS);
      this.#onTrial = (outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      this.#say({ type: "try" });
    });
  }

  /** Puts an effect behind whoever sits before a camera. Fails when no picture comes; the camera stays as it was. */
  async dress(camera: MediaStreamTrack, effect: Hiding): Promise<Dressed> {
    this.#finish();
    this.#session += 1;
    const session = this.#session;
    const track = streamsHere() ? this.#byStream(camera, effect) : await this.#byCanvas(camera, effect);
    this.#track = track;
    const undress = () => {
      track.stop();
      if (session === this.#session) this.#finish();
    };
    try {
      noteSize(track, await this.#firstPicture());
    } catch (error) {
      undress();
      throw error;
    }
    return { track, camera, undress };
  }

  setEffect(effect: Hiding): void {
    this.#say({ type: "effect", effect });
  }

  close(): void {
    this.#finish();
    this.#broken = true;
    this.#worker.terminate();
  }

  #byStream(camera: MediaStreamTrack, effect: Hiding): MediaStreamTrack {
    const { readable } = new MediaStreamTrackProcessor({ track: camera, maxBufferSize: 1 });
    const track = new MediaStreamTrackGenerator({ kind: "video" });
    const { writable } = track;
    this.#say({ type: "stream", session: this.#session, effect, readable, writable }, [readable, writable]);
    return track;
  }

  async #byCanvas(camera: MediaStreamTrack, effect: Hiding): Promise<MediaStreamTrack> {
    const video = document.createElement("video");
    video.muted = true;
    video.playsInline = true;
    video.srcObject = new MediaStream([camera]);
    const canvas = document.createElement("canvas");
    const brush = canvas.getContext("2d", { alpha: false });
    const track = canvas.captureStream().getVideoTracks()[0];
    if (!brush || !track) throw new Error("no canvas to draw on");
    const session = this.#session;
    this.#onWant = () => {
      const has = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth > 0;
      const picture = has ? createImageBitmap(video).catch(() => undefined) : Promise.resolve(undefined);
      void picture.then((one) => this.#say({ type: "picture", session, picture: one }, one ? [one] : []));
    };
    this.#onMade = (picture) => {
      if (canvas.width !== picture.width) canvas.width = picture.width;
      if (canvas.height !== picture.height) canvas.height = picture.height;
      brush.drawImage(picture, 0, 0);
      picture.close();
    };
    this.#end = () => {
      video.srcObject = null;
    };
    await video.play().catch(() => undefined);
    this.#say({ type: "ask", session, effect });
    return track;
  }

  #firstPicture(): Promise<Size> {
    return new Promise((resolve, reject) => {
      if (this.#broken) reject(new Error("the worker is gone"));
      const fail = () => reject(new Error("no picture came"));
      const timer = setTimeout(fail, BEGINS_WITHIN_MS);
      this.#onLost = fail;
      this.#onFirst = (size) => {
        clearTimeout(timer);
        resolve(size);
      };
    });
  }

  #on(message: FromWorker): void {
    switch (message.type) {
      case "tried":
        this.#onTrial?.(message.trial);
        break;
      case "untried":
        this.#onTrial?.(message.reason);
        break;
      case "standing":
        this.#hooks.onStanding(message.standing);
        break;
      case "size":
        if (message.session === this.#session) this.#onSize(message.size);
        break;
      case "want":
        if (message.session === this.#session) this.#onWant?.();
        break;
      case "made":
        if (message.session === this.#session) this.#onMade?.(message.picture);
        else message.picture.close();
        break;
    }
  }

  #onSize(size: Size): void {
    const first = this.#onFirst;
    this.#onFirst = undefined;
    if (first) {
      first(size);
    } else if (this.#track) {
      noteSize(this.#track, size);
      this.#hooks.onSize();
    }
  }

  #breakDown(): void {
    if (this.#broken) return;
    this.#finish();
    this.#broken = true;
    this.#worker.terminate();
    this.#onTrial?.("impossible");
    this.#onLost?.();
    this.#hooks.onBroken();
  }

  #finish(): void {
    this.#end?.();
    this.#end = this.#onWant = this.#onMade = this.#onFirst = this.#track = undefined;
    this.#say({ type: "stop" });
  }

  #say(message: ToWorker, transfer: Transferable[] = []): void {
    if (!this.#broken) this.#worker.postMessage(message, transfer);
  }
}

/** Chromium gives a camera's pictures as a stream, and takes them back as one. */
function streamsHere(): boolean {
  return "MediaStreamTrackProcessor" in window && "MediaStreamTrackGenerator" in window;
}
