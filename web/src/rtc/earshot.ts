// Listens to the own microphone, on this device only, also while it is muted: to tell its owner, and nobody else, that
// nobody hears them. Nothing of it is kept or sent.
import type { Devices } from "./devices";
import { loudness } from "./level";
import { type Listening, type Warning, listened, notListening } from "./listening";

const EVERY_MS = 100;

/** Calls back whenever the warning changes, until the returned function is called. */
export function listenTo(devices: Devices, warn: (warning: Warning | undefined) => void): () => void {
  let ear: Ear | undefined;
  let state: Listening = notListening;

  const look = () => {
    const { track, on } = devices.state.microphone;
    if (ear?.of !== track) {
      ear?.close();
      ear = track && new Ear(track);
      state = notListening;
    }
    const measured = ear?.measure();
    const next = measured ? listened(state, { on, ...measured, at: performance.now() }) : notListening;
    if (next.warning !== state.warning) warn(next.warning);
    state = next;
  };
  const timer = setInterval(look, EVERY_MS);

  return () => {
    clearInterval(timer);
    ear?.close();
  };
}

class Ear {
  readonly of: MediaStreamTrack;
  /** Of its own, since the one that is sent is silent while muted. */
  readonly #track: MediaStreamTrack;
  readonly #context = new AudioContext();
  readonly #source: MediaStreamAudioSourceNode;
  readonly #analyser: AnalyserNode;
  readonly #samples: Float32Array<ArrayBuffer>;

  constructor(track: MediaStreamTrack) {
    this.of = track;
    this.#track = track.clone();
    this.#track.enabled = true;
    this.#source = this.#context.createMediaStreamSource(new MediaStream([this.#track]));
    this.#analyser = new AnalyserNode(this.#context, { fftSize: 4096 });
    this.#source.connect(this.#analyser);
    this.#samples = new Float32Array(this.#analyser.fftSize);
    void this.#context.resume().catch(() => undefined);
  }

  /** Nothing while the browser does not let us listen. */
  measure(): { level: number; dead: boolean } | undefined {
    if (this.#context.state !== "running") return undefined;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return { level: loudness(this.#samples), dead: this.#samples.every((sample) => sample === 0) };
  }

  close(): void {
    this.#source.disconnect();
    this.#track.stop();
    void this.#context.close().catch(() => undefined);
  }
}
