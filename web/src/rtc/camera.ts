// A sending line of pictures, of a camera or of a screen: which of its encodings flow. Two things decide: the
// size that the source gives, and what anyone watches. What nobody watches costs neither processor nor uplink.
import type { Layer } from "../protocol";
import { type Encoding, encodingsFor, layersOf } from "./offer";
import { sizeOf as knownSize } from "./sizes";

/** The little of `RTCRtpSender` that is needed here. */
export type CameraLine = Pick<RTCRtpSender, "track" | "replaceTrack" | "getParameters" | "setParameters">;

/** Which encodings make sense for what is sent now. */
export type Encodings = (track: MediaStreamTrack | undefined) => readonly Encoding[];

export class Camera {
  readonly #line: CameraLine;
  readonly #encodings: Encodings;
  /** What is watched, smallest layer first; absent until the server has said so: then everything flows. */
  #demand: readonly boolean[] | undefined;
  #applying = false;
  #again = false;

  constructor(line: CameraLine, encodings: Encodings = ofCamera) {
    this.#line = line;
    this.#encodings = encodings;
  }

  async setTrack(track: MediaStreamTrack | undefined): Promise<void> {
    if (this.#line.track === (track ?? null)) return;
    // A camera that is turned on is a new picture to the server, of which nothing has been said yet.
    if (this.#line.track === null) this.#demand = undefined;
    await this.#line.replaceTrack(track ?? null);
    if (track) await this.#apply();
  }

  /** Takes what the server says of the layers, smallest first: watched or not. */
  async setDemand(layers: readonly boolean[]): Promise<void> {
    this.#demand = layers;
    await this.#apply();
  }

  /**
   * Brings the sender to what is wanted now. One call at a time: a second one, made while the first is under
   * way, would be refused for its outdated parameters.
   */
  async #apply(): Promise<void> {
    this.#again = true;
    if (this.#applying) return;
    this.#applying = true;
    while (this.#again) {
      this.#again = false;
      const parameters = this.#line.getParameters();
      const wanted = watchedOf(this.#encodings(this.#line.track ?? undefined), this.#demand);
      // A browser that refuses sends the layers as they were.
      if (fit(parameters.encodings, wanted)) await this.#line.setParameters(parameters).catch(() => undefined);
    }
    this.#applying = false;
  }
}

/** An encoding flows if the camera's size makes it sensible and someone watches it. */
export function wantedEncodings(
  track: MediaStreamTrack | undefined,
  demand: readonly boolean[] | undefined,
): readonly Encoding[] {
  return watchedOf(ofCamera(track), demand);
}

function watchedOf(encodings: readonly Encoding[], demand: readonly boolean[] | undefined): readonly Encoding[] {
  return encodings.map((encoding, index) => ({ ...encoding, active: encoding.active && (demand?.[index] ?? true) }));
}

function ofCamera(track: MediaStreamTrack | undefined): readonly Encoding[] {
  const { width, height } = sizeOf(track);
  return encodingsFor(Math.min(width, height));
}

/** Changes the present encodings to the wanted ones; says whether anything was different. */
function fit(present: RTCRtpEncodingParameters[], wanted: readonly Encoding[]): boolean {
  let changed = false;
  for (const encoding of present) {
    const fitting = wanted.find(({ rid }) => rid === encoding.rid);
    // A browser that sends one picture only gives it no name: any layer that is watched keeps it on.
    const active = encoding.rid === undefined ? wanted.some((one) => one.active) : fitting?.active;
    if (active === undefined) continue;
    const scaleResolutionDownBy = fitting?.scaleResolutionDownBy ?? encoding.scaleResolutionDownBy;
    if (encoding.scaleResolutionDownBy === scaleResolutionDownBy && encoding.active === active) continue;
    Object.assign(encoding, { scaleResolutionDownBy, active });
    changed = true;
  }
  return changed;
}

/** The sizes in which a camera's picture is sent, as `publish` names them. */
export function publishedLayers(camera: MediaStreamTrack | undefined): Layer[] {
  if (!camera) return [];
  const { width, height } = sizeOf(camera);
  return layersOf(width, height);
}

function sizeOf(track: MediaStreamTrack | undefined): { width: number; height: number } {
  // A browser that does not say gives what it was asked for, as a rule.
  const { width = 1280, height = 720 } = knownSize(track);
  return { width, height };
}
