// Music for everyone: a file from this device, decoded here, or the sound of a tab; sent as a track of its own beside
// the voice, so that nothing which is meant for voices touches it. The file itself goes nowhere.

import { stereoTo } from "./mix";

export type MusicSource = "file" | "tab";

export interface MusicState {
  readonly source: MusicSource | undefined;
  /** The name of the file that plays. */
  readonly title: string | undefined;
  /** There while music plays: both channels, as loud as everyone hears it. */
  readonly track: MediaStreamTrack | undefined;
  /** Plays and pauses a file, and tells how far it is; a tab is its own player. */
  readonly element: HTMLMediaElement | undefined;
  /** How loud it plays, for everyone: from 0 to 1. */
  readonly volume: number;
  /** The last file could not be played; the chosen tab came without its sound; the browser gave no tab. */
  readonly fault: "file" | "silent" | "tab" | undefined;
}

/** Loud enough to be heard, soft enough to speak over. */
const FIRST_VOLUME = 0.6;

const NOTHING = { source: undefined, title: undefined, track: undefined, element: undefined, fault: undefined } as const;

interface Player {
  readonly context: AudioContext;
  readonly gain: GainNode;
  release(): void;
}

/** Only Chromium and its kin give the sound of a tab; nothing tells but what else they have. */
export function canPlayTab(): boolean {
  return "CaptureController" in window && typeof navigator.mediaDevices?.getDisplayMedia === "function";
}

export class Music {
  #state: MusicState = { ...NOTHING, volume: FIRST_VOLUME };
  #player: Player | undefined;
  /** Counts the starts, so that a late answer of the browser's picker is recognised. */
  #start = 0;
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

  /** Plays a file to everyone, in place of what played before. To be called from a press. */
  async play(file: File): Promise<void> {
    this.#release();
    const address = URL.createObjectURL(file);
    const element = new Audio(address);
    const [player, track] = this.#newPlayer(() => {
      element.pause();
      URL.revokeObjectURL(address);
    });
    player.context.createMediaElementSource(element).connect(player.gain);
    // Whoever plays hears the same as the others.
    player.gain.connect(player.context.destination);
    element.addEventListener("ended", () => this.#endOf(player, undefined));
    element.addEventListener("error", () => this.#endOf(player, "file"));
    try {
      await Promise.all([player.context.resume(), element.play()]);
    } catch {
      this.#endOf(player, "file");
      return;
    }
    if (this.#player !== player) return;
    this.#patch({ ...NOTHING, source: "file", title: file.name, track, element });
  }

  /** Lets the person choose a tab whose sound everyone hears. To be called from a press. */
  async playTab(): Promise<void> {
    this.stop();
    const start = this.#start;
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getDisplayMedia(TAB);
    } catch (error) {
      // Whoever closed the picker knows it.
      const closed = error instanceof DOMException && error.name === "NotAllowedError";
      if (!closed && start === this.#start) this.#patch({ ...NOTHING, fault: "tab" });
      return;
    }
    const [sound] = stream.getAudioTracks();
    // There is no picker for sound alone; the picture goes nowhere.
    for (const one of stream.getTracks()) if (one !== sound || start !== this.#start) one.stop();
    if (start !== this.#start) return;
    if (!sound) {
      this.#patch({ ...NOTHING, fault: "silent" });
      return;
    }
    const [player, track] = this.#newPlayer(() => sound.stop());
    player.context.createMediaStreamSource(new MediaStream([sound])).connect(player.gain);
    sound.addEventListener("ended", () => this.#endOf(player, undefined));
    void player.context.resume().catch(() => undefined);
    this.#patch({ ...NOTHING, source: "tab", track });
  }

  stop(): void {
    this.#release();
    this.#patch(NOTHING);
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

  #newPlayer(release: () => void): [Player, MediaStreamTrack | undefined] {
    const context = new AudioContext({ sampleRate: 48_000, latencyHint: "playback" });
    const gain = new GainNode(context, { gain: loudness(this.#state.volume) });
    const everyone = stereoTo(context);
    gain.connect(everyone);
    const player = { context, gain, release };
    this.#player = player;
    return [player, everyone.stream.getAudioTracks()[0]];
  }

  #endOf(player: Player, fault: MusicState["fault"]): void {
    if (this.#player !== player) return;
    this.#release();
    this.#patch({ ...NOTHING, fault });
  }

  #release(): void {
    this.#start += 1;
    const player = this.#player;
    if (!player) return;
    this.#player = undefined;
    player.release();
    this.#state.track?.stop();
    void player.context.close().catch(() => undefined);
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

/** The tab goes on being heard where it is; its sound is taken as it is. */
const TAB = {
  video: { displaySurface: "browser" },
  audio: {
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
    channelCount: 2,
    suppressLocalAudioPlayback: false,
  },
  preferCurrentTab: false,
  selfBrowserSurface: "exclude",
  systemAudio: "exclude",
} as DisplayMediaStreamOptions;
