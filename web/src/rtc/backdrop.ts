// Puts something else behind the person, where the device can. What does the work is large and comes only on use; the
// camera itself is never handed on while something shall be hidden.
import { type Effect, effectIn } from "./background/effect";
import type { Standing } from "./background/messages";
import type { Dressed, Pipeline } from "./background/pipeline";

/** Whether this device can carry it, as far as it is known. */
export type Ability =
  | "unknown"
  /** Loading, and trying with pictures that mean nothing. */
  | "trying"
  | "able"
  /** Voice and picture would suffer. */
  | "slow"
  /** The files did not come. */
  | "unloaded"
  /** The browser lacks what is needed. */
  | "impossible";

export interface BackdropState {
  readonly effect: Effect;
  readonly ability: Ability;
  /** How it goes with the camera that is on. */
  readonly standing: Standing | undefined;
}

export interface BackdropHooks {
  onChange(state: BackdropState): void;
  /** What was shown is gone; the camera is as it was. */
  onBroken(): void;
}

export class Backdrop {
  readonly #hooks: BackdropHooks;
  #state: BackdropState;
  #pipeline: Pipeline | undefined;
  #dressed: Dressed | undefined;

  /** `kept` is what was chosen before, on this device: then it was able. */
  constructor(kept: unknown, hooks: BackdropHooks) {
    const effect = effectIn(kept);
    this.#state = { effect, ability: effect === "none" ? "unknown" : "able", standing: undefined };
    this.#hooks = hooks;
  }

  get state(): BackdropState {
    return this.#state;
  }

  /** Takes an effect if this device can carry it; says whether it can. */
  async choose(effect: Effect): Promise<boolean> {
    if (effect !== "none" && this.#state.ability !== "able" && !(await this.#tryOut())) return false;
    this.#patch({ effect });
    if (effect === "none") this.undress();
    else this.#pipeline?.setEffect(effect);
    return true;
  }

  /** What others may see of a camera: itself where nothing is hidden. Fails when nothing can be shown. */
  async dress(camera: MediaStreamTrack): Promise<MediaStreamTrack> {
    for (;;) {
      const { effect } = this.#state;
      if (effect === "none") {
        this.undress();
        return camera;
      }
      const pipeline = await this.#ready();
      const dressed = await pipeline.dress(camera, effect);
      this.#dressed = dressed;
      // Something else may have been chosen meanwhile.
      if (this.#state.effect === effect) return dressed.track;
    }
  }

  /** Whether this camera is dressed now. */
  covers(camera: MediaStreamTrack | undefined): boolean {
    return camera !== undefined && this.#dressed?.camera === camera;
  }

  /** Nothing is shown any more; the camera is left alone. */
  undress(): void {
    this.#dressed?.undress();
    this.#dressed = undefined;
    if (this.#state.standing) this.#patch({ standing: undefined });
  }

  close(): void {
    this.undress();
    this.#pipeline?.close();
    this.#pipeline = undefined;
  }

  async #tryOut(): Promise<boolean> {
    if (this.#state.ability === "trying") return false;
    this.#patch({ ability: "trying" });
    try {
      const [pipeline, { carries }] = await Promise.all([this.#ready(), import("./background/trial")]);
      const outcome = await pipeline.tryOut();
      const ability = typeof outcome === "string" ? outcome : carries(outcome) ? "able" : "slow";
      this.#patch({ ability });
      // A worker that could not load starts anew the next time.
      if (typeof outcome === "string") this.close();
    } catch {
      this.#patch({ ability: "unloaded" });
    }
    return (this.#state.ability as Ability) === "able";
  }

  async #ready(): Promise<Pipeline> {
    if (this.#pipeline && !this.#pipeline.broken) return this.#pipeline;
    const { Pipeline: Made } = await import("./background/pipeline");
    const pipeline = new Made({
      onStanding: (standing) => this.#patch({ standing }),
      onSize: () => this.#hooks.onChange(this.#state),
      onBroken: () => {
        if (this.#pipeline !== pipeline) return;
        this.#pipeline = this.#dressed = undefined;
        this.#hooks.onBroken();
      },
    });
    this.#pipeline = pipeline;
    return pipeline;
  }

  #patch(change: Partial<BackdropState>): void {
    this.#state = { ...this.#state, ...change };
    this.#hooks.onChange(this.#state);
  }
}
