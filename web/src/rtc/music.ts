// Music for everyone: a file from this device, decoded here and sent as a track of its own beside the voice, so
// that nothing which is meant for voices touches it. The file itself goes nowhere.

import { stereoTo } from "./mix";

export interface MusicState {
  /** The name of the file that plays. */
  readonly title: string | undefined;
  /** There while music plays: both channels, as loud as everyone hears it. */
  readonly track: MediaStreamTrack | undefined;
  /** How loud it plays, for everyone: from 0 to 1. */
  readonly volume: number;
  /** The last file could not be played. */
  readonly failed: boolean;
}

/** Loud enough to be heard, soft enough to speak over. */
const FIRST_VOLUME = 0.6;

interface Player {
  readonly element: HTMLAudioElement;
  readonly context: AudioContext;
  readonly gain: GainNode;
  readonly address: string;
}

export class Music {
  #state: MusicState = { title: undefined, track: undefined, volume: FIRST_VOLUME, failed: false };
  #player: Player | undefined;
  readonly #listeners = new Set<(state: MusicState) => void>();

  get state(): MusicState {
    return this.#state;
  }

  /** Calls back with the present state and after every change, until the returned function is called. */
  subscribe(listener: (state: MusicState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  /** Plays a file to everyone, in place of the one before. To be called from a press. */
  async play(file: File): Promise<void> {
    this.#release();
    const address = URL.createObjectURL(file);
    const element = new Audio(address);
    const context = new AudioContext({ sampleRate: 48_000, latencyHint: "playback" });
    const gain = new GainNode(context, { gain: loudness(this.#state.volume) });
    const player = { element, context, gain, address };
    this.#player = player;
    const everyone = stereoTo(context);
    context.createMediaElementSource(element).connect(gain);
    // Whoever plays hears the same as the others.
    gain.connect(everyone);
    gain.connect(context.destination);
    element.addEventListener("ended", () => this.#endOf(player, false));
    element.addEventListener("error", () => this.#endOf(player, true));
    try {
      await Promise.all([context.resume(), element.play()]);
    } catch {
      this.#endOf(player, true);
      return;
    }
    if (this.#player !== player) return;
    this.#patch({ title: file.name, track: everyone.stream.getAudioTracks()[0], failed: false });
  }

  stop(): void {
    this.#release();
    this.#patch({ title: undefined, track: undefined, failed: false });
  }

  setVolume(volume: number): void {
    this.#patch({ volume });
    // A step in loudness would be heard as a click.
    const SMOOTH_S = 0.03;
    const player = this.#player;
    player?.gain.gain.setTargetAtTime(loudness(volume), player.context.currentTime, SMOOTH_S);
  }

  /** Ends for good. */
  close(): void {
    this.stop();
    this.#listeners.clear();
  }

  #endOf(player: Player, failed: boolean): void {
    if (this.#player !== player) return;
    this.#release();
    this.#patch({ title: undefined, track: undefined, failed });
  }

  #release(): void {
    const player = this.#player;
    if (!player) return;
    this.#player = undefined;
    player.element.pause();
    this.#state.track?.stop();
    void player.context.close().catch(() => undefined);
    URL.revokeObjectURL(player.address);
  }

  #patch(change: Partial<MusicState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener(this.#state);
  }
}

/** People hear loudness roughly as the square of what a slider says. */
function loudness(volume: number): number {
  return volume * volume;
}
