// What one shows to everyone: a screen, a window or a tab by the browser's own picker, or a film or a PDF from this
// device, which goes nowhere but into the picture. One thing at a time.
import { type Film, openFilm } from "./film";
import { type Paper, Unreadable, openPaper } from "./paper";

export type Shown = "screen" | "film" | "paper";

export interface ShareState {
  readonly kind: Shown | undefined;
  /** The browser is asking which screen it shall be, or a file is being opened. */
  readonly starting: boolean;
  /** What is shown, while it is. */
  readonly track: MediaStreamTrack | undefined;
  /** Its sound, where there is any. */
  readonly sound: MediaStreamTrack | undefined;
  /** In pixels, as the browser gives it now: windows change their size. */
  readonly width: number;
  readonly height: number;
  /** The film that plays. */
  readonly film: Film | undefined;
  /** The paper that is shown. */
  readonly paper: Paper | undefined;
  readonly fault: "unsupported" | "failed" | "film" | "paper" | "locked" | undefined;
}

const NOTHING: ShareState = {
  kind: undefined,
  starting: false,
  track: undefined,
  sound: undefined,
  width: 0,
  height: 0,
  film: undefined,
  paper: undefined,
  fault: undefined,
};

/** Larger pictures cost more than a viewer's window shows. */
const MOST = { width: 2560, height: 1440 };

/** How often it is looked whether the size has changed: a browser does not say. */
const SIZE_EVERY_MS = 1_000;

export function canShareScreen(): boolean {
  return typeof navigator.mediaDevices?.getDisplayMedia === "function";
}

export class Share {
  #state: ShareState = NOTHING;
  readonly #listeners = new Set<(state: ShareState) => void>();
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Counts the starts, so that a late answer of the picker is recognised. */
  #start = 0;

  get state(): ShareState {
    return this.#state;
  }

  /** Calls back with the present state and after every change, until the returned function is called. */
  subscribe(listener: (state: ShareState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  /** Lets the person choose a screen, a window or a tab. To be called from a press. */
  async showScreen(): Promise<void> {
    this.stop();
    if (!canShareScreen()) {
      this.#set({ ...NOTHING, fault: "unsupported" });
      return;
    }
    const start = this.#begin();
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia(WISHES);
      const [track] = stream.getVideoTracks();
      if (start !== this.#start || !track) {
        for (const one of stream.getTracks()) one.stop();
        return;
      }
      // Letters before movement: the browser then keeps the size and lets frames go.
      track.contentHint = "text";
      const [sound] = stream.getAudioTracks();
      if (sound) sound.contentHint = "music";
      this.#show("screen", track, { sound });
    } catch (error) {
      // Whoever closed the picker knows it.
      const closed = error instanceof DOMException && error.name === "NotAllowedError";
      if (start === this.#start) this.#set({ ...NOTHING, fault: closed ? undefined : "failed" });
    }
  }

  /** Plays a film to everyone, with its sound. To be called from a press. */
  async showFilm(file: File): Promise<void> {
    const film = await this.#opened(openFilm(file), () => "film");
    if (film) this.#show("film", film.track, { sound: film.sound, film });
  }

  /** Shows a PDF to everyone, one page after the other. */
  async showPaper(file: File): Promise<void> {
    const paper = await this.#opened(openPaper(file), (error) => (error instanceof Unreadable && error.locked ? "locked" : "paper"));
    if (paper) this.#show("paper", paper.track, { paper });
  }

  stop(): void {
    this.#start += 1;
    clearInterval(this.#timer);
    const { track, sound, film, paper } = this.#state;
    film?.close();
    paper?.close();
    for (const one of [track, sound]) one?.stop();
    if (this.#state !== NOTHING) this.#set(NOTHING);
  }

  /** Ends for good. */
  close(): void {
    this.stop();
    this.#listeners.clear();
  }

  #begin(): number {
    this.#set({ ...NOTHING, starting: true });
    this.#start += 1;
    return this.#start;
  }

  /** What was opened, in place of what was shown before; nothing if it failed, or if something else began meanwhile. */
  async #opened<Source extends Film | Paper>(
    opening: Promise<Source>,
    faultOf: (error: unknown) => ShareState["fault"],
  ): Promise<Source | undefined> {
    this.stop();
    const start = this.#begin();
    try {
      const source = await opening;
      if (start === this.#start) return source;
      source.close();
    } catch (error) {
      if (start === this.#start) this.#set({ ...NOTHING, fault: faultOf(error) });
    }
    return undefined;
  }

  #show(kind: Shown, track: MediaStreamTrack, made: Made): void {
    const source = made.film ?? made.paper;
    // The browser has a button of its own for the end; and a window can be closed.
    track.addEventListener("ended", () => {
      if (this.#state.track === track) this.stop();
    });
    this.#set({ ...NOTHING, ...made, kind, track, ...sizeOf(track, source) });
    this.#timer = setInterval(() => {
      const { width, height } = sizeOf(track, source);
      if (width !== this.#state.width || height !== this.#state.height) this.#set({ ...this.#state, width, height });
    }, SIZE_EVERY_MS);
  }

  #set(state: ShareState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

/** What comes with the picture. */
type Made = Partial<Pick<ShareState, "sound" | "film" | "paper">>;

function sizeOf(track: MediaStreamTrack, source: Film | Paper | undefined): { width: number; height: number } {
  const { width = 1920, height = 1080 } = source ?? track.getSettings();
  return { width, height };
}

/** `systemAudio` and the like are hints of Chromium that others pass over. */
const WISHES = {
  video: { frameRate: { ideal: 30, max: 30 }, width: { max: MOST.width }, height: { max: MOST.height } },
  audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 2 },
  systemAudio: "include",
  selfBrowserSurface: "exclude",
  surfaceSwitching: "include",
} as DisplayMediaStreamOptions;
