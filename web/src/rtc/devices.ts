// The own microphone and camera: opened only when the person asks, given back when no longer needed, and
// every failure named. Sending them is the connection's business, and words are the pages'.
import { type Treatment, keepDevices, keptDevices } from "../keep";
import { Backdrop, type BackdropState } from "./backdrop";
import type { Effect } from "./background/effect";
import { type DeviceFault, faultOf } from "./faults";

export type DeviceKind = "microphone" | "camera";

export interface DeviceState {
  readonly on: boolean;
  /** The browser is asking the person, or the device is starting. */
  readonly opening: boolean;
  /** There while the device is open, even when the microphone is only muted; of a camera what may be seen of it. */
  readonly track: MediaStreamTrack | undefined;
  readonly fault: DeviceFault | undefined;
}

export interface DeviceOption {
  readonly id: string;
  readonly label: string;
}

export interface DevicesState {
  readonly microphone: DeviceState;
  readonly camera: DeviceState;
  /** What can be chosen from; empty until the browser may name devices. */
  readonly options: Readonly<Record<DeviceKind, readonly DeviceOption[]>>;
  /** The device in use or last chosen. */
  readonly chosen: Readonly<Record<DeviceKind, string | undefined>>;
  /** Where sound can come out, and where it does; the system's own choice otherwise. */
  readonly outputs: readonly DeviceOption[];
  readonly output: string | undefined;
  readonly treatment: Treatment;
  readonly remembered: boolean;
  /** What stands behind the person. */
  readonly backdrop: BackdropState;
}

/** A device that gives nothing for this long is not just starting. */
const INTERRUPTED_MS = 1_500;

const OFF: DeviceState = { on: false, opening: false, track: undefined, fault: undefined };

export class Devices {
  #state: DevicesState;
  readonly #listeners = new Set<(state: DevicesState) => void>();
  /** Counts requests, so that an answer to an older one is recognised and given back. */
  readonly #turn: Record<DeviceKind, number> = { microphone: 0, camera: 0 };
  /** The camera itself, which nobody is given while something is hidden. */
  #camera: MediaStreamTrack | undefined;
  readonly #backdrop: Backdrop;
  readonly #onDeviceChange = () => void this.#listDevices();
  /** A screen that was locked, or a tab that slept, may have lost a device without a word. */
  readonly #onVisible = () => {
    if (document.visibilityState === "visible") this.#look();
  };

  constructor() {
    const { microphone, camera, output, treatment = "voice", background, remembered } = keptDevices();
    this.#backdrop = new Backdrop(background, {
      onChange: (backdrop) => this.#patch({ backdrop }),
      onBroken: () => void this.#wear(),
    });
    this.#state = {
      microphone: OFF,
      camera: OFF,
      options: { microphone: [], camera: [] },
      chosen: { microphone, camera },
      outputs: [],
      output,
      treatment,
      remembered,
      backdrop: this.#backdrop.state,
    };
    mediaDevices()?.addEventListener("devicechange", this.#onDeviceChange);
    document.addEventListener("visibilitychange", this.#onVisible);
  }

  get state(): DevicesState {
    return this.#state;
  }

  /** Calls back with the present state and after every change, until the returned function is called. */
  subscribe(listener: (state: DevicesState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Turns a device on or off. With `hold`, a microphone that is turned off stays open and silent, so that
   * it is back at once and the browser does not ask again; a camera is always let go, so that its light
   * goes out.
   */
  async turn(kind: DeviceKind, on: boolean, hold = false): Promise<void> {
    const { track, fault } = this.#state[kind];
    if (on && track && this.#source(kind)?.readyState === "live" && fault !== "interrupted") {
      track.enabled = true;
      this.#set(kind, { on: true, opening: false, track, fault: undefined });
    } else if (on) {
      await this.#open(kind);
    } else if (track && hold && kind === "microphone") {
      track.enabled = false;
      this.#set(kind, { on: false, opening: false, track, fault: undefined });
    } else {
      this.#turn[kind] += 1;
      this.#release(kind);
      this.#set(kind, OFF);
    }
  }

  /** Chooses a device; one that is on is exchanged at once. */
  async choose(kind: DeviceKind, id: string): Promise<void> {
    this.#patch({ chosen: { ...this.#state.chosen, [kind]: id } });
    this.#keep();
    const { on, track } = this.#state[kind];
    if (on) await this.#open(kind);
    else if (track) {
      this.#release(kind);
      this.#set(kind, OFF);
    }
  }

  remember(remembered: boolean): void {
    this.#patch({ remembered });
    this.#keep();
  }

  /** Chooses where sound comes out; the players look there. */
  chooseOutput(id: string): void {
    this.#patch({ output: id === "" ? undefined : id });
    this.#keep();
  }

  /** Chooses how the microphone is treated; one that is open is opened anew. */
  async treat(treatment: Treatment): Promise<void> {
    this.#patch({ treatment });
    this.#keep();
    const { on, track } = this.#state.microphone;
    if (on) await this.#open("microphone");
    else if (track) {
      this.#release("microphone");
      this.#set("microphone", OFF);
    }
  }

  /** Chooses what stands behind the person; where the device cannot, the state says why and nothing changes. */
  async hide(effect: Effect): Promise<void> {
    if (!(await this.#backdrop.choose(effect))) return;
    this.#keep();
    // One that is being opened comes with it.
    if (this.#camera && this.#state.camera.on && (effect === "none" || !this.#backdrop.covers(this.#camera))) await this.#wear();
  }

  /** Gives everything back. */
  close(): void {
    mediaDevices()?.removeEventListener("devicechange", this.#onDeviceChange);
    document.removeEventListener("visibilitychange", this.#onVisible);
    for (const kind of ["microphone", "camera"] as const) {
      this.#turn[kind] += 1;
      this.#release(kind);
      this.#set(kind, OFF);
    }
    this.#backdrop.close();
    this.#listeners.clear();
  }

  async #open(kind: DeviceKind, afterLoss = false): Promise<void> {
    this.#turn[kind] += 1;
    const turn = this.#turn[kind];
    const devices = mediaDevices();
    if (!devices) {
      this.#set(kind, { ...OFF, fault: "insecure" });
      return;
    }
    const before = this.#state[kind];
    this.#set(kind, { ...before, opening: true, fault: undefined });
    try {
      const chosen = afterLoss ? undefined : this.#state.chosen[kind];
      const source = await openTrack(devices, kind, chosen, this.#state.treatment);
      const track = kind === "camera" ? await this.#backdrop.dress(source).catch(() => undefined) : source;
      if (turn !== this.#turn[kind]) {
        // Turned off, or opened anew, while the browser was still asking.
        source.stop();
        return;
      }
      if (!track) {
        source.stop();
        this.#release(kind);
        this.#set(kind, { ...OFF, fault: "background" });
        return;
      }
      if (before.track !== track) before.track?.stop();
      if (kind === "camera") {
        if (this.#camera !== source) this.#camera?.stop();
        this.#camera = source;
      }
      source.addEventListener("ended", () => this.#onEnded(kind, source));
      source.addEventListener("mute", () => setTimeout(() => this.#onMuted(kind, source), INTERRUPTED_MS));
      source.addEventListener("unmute", () => this.#onMuted(kind, source));
      this.#set(kind, { on: true, opening: false, track, fault: afterLoss ? "exchanged" : undefined });
      const id = source.getSettings().deviceId;
      if (id !== undefined) this.#patch({ chosen: { ...this.#state.chosen, [kind]: id } });
      await this.#listDevices();
    } catch (error) {
      if (turn !== this.#turn[kind]) return;
      const fault = faultOf(error);
      this.#release(kind);
      this.#set(kind, { ...OFF, fault: afterLoss && fault === "none" ? "unplugged" : fault });
    }
  }

  /** The camera that is on, shown anew as the person wants to be seen. */
  async #wear(): Promise<void> {
    const { track: before, on } = this.#state.camera;
    const camera = this.#camera;
    if (!camera || !on) return;
    const turn = this.#turn.camera;
    const track = await this.#backdrop.dress(camera).catch(() => undefined);
    if (turn !== this.#turn.camera || camera !== this.#camera) return;
    if (before !== track && before !== camera) before?.stop();
    if (track) {
      this.#set("camera", { on: true, opening: false, track, fault: undefined });
    } else {
      this.#turn.camera += 1;
      this.#release("camera");
      this.#set("camera", { ...OFF, fault: "background" });
    }
  }

  /** The device's own track. */
  #source(kind: DeviceKind): MediaStreamTrack | undefined {
    return kind === "camera" ? this.#camera : this.#state[kind].track;
  }

  /** The browser ended a track by itself: pulled out, or permission withdrawn. Never called for our `stop`. */
  #onEnded(kind: DeviceKind, track: MediaStreamTrack): void {
    const { on } = this.#state[kind];
    if (track !== this.#source(kind)) return;
    this.#release(kind);
    this.#set(kind, OFF);
    if (on) void this.#open(kind, true);
  }

  /** The system took the device away without ending the track: a phone call, a switch at the laptop's edge. */
  #onMuted(kind: DeviceKind, track: MediaStreamTrack): void {
    const { on, fault } = this.#state[kind];
    if (track !== this.#source(kind) || track.readyState !== "live" || !on) return;
    if (track.muted && fault === undefined) this.#set(kind, { ...this.#state[kind], fault: "interrupted" });
    if (!track.muted && fault === "interrupted") this.#set(kind, { ...this.#state[kind], fault: undefined });
  }

  #look(): void {
    for (const kind of ["microphone", "camera"] as const) {
      const track = this.#source(kind);
      if (track?.readyState === "ended") this.#onEnded(kind, track);
      else if (track) this.#onMuted(kind, track);
    }
  }

  #keep(): void {
    const { chosen, output, treatment, remembered, backdrop } = this.#state;
    keepDevices({ ...chosen, output, treatment, background: backdrop.effect }, remembered);
  }

  #release(kind: DeviceKind): void {
    this.#state[kind].track?.stop();
    if (kind !== "camera") return;
    this.#backdrop.undress();
    this.#camera?.stop();
    this.#camera = undefined;
  }

  async #listDevices(): Promise<void> {
    const list = await mediaDevices()
      ?.enumerateDevices()
      .catch(() => undefined);
    if (!list) return;
    const named = (kind: MediaDeviceKind): readonly DeviceOption[] =>
      list
        .filter((device) => device.kind === kind && device.label !== "")
        .map((device) => ({ id: device.deviceId, label: device.label }));
    this.#patch({
      options: { microphone: named("audioinput"), camera: named("videoinput") },
      outputs: named("audiooutput"),
    });
  }

  #set(kind: DeviceKind, state: DeviceState): void {
    this.#patch({ [kind]: state });
  }

  #patch(change: Partial<DevicesState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener(this.#state);
  }
}

/** Absent where the page is not in a secure context; the types do not know that. */
function mediaDevices(): MediaDevices | undefined {
  return (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
}

async function openTrack(
  devices: MediaDevices,
  kind: DeviceKind,
  id: string | undefined,
  treatment: Treatment,
): Promise<MediaStreamTrack> {
  const open = async (chosen: string | undefined) => {
    const stream = await devices.getUserMedia(constraintsFor(kind, chosen, treatment));
    const track = stream.getTracks()[0];
    if (!track) throw new DOMException("a stream without a track", "NotFoundError");
    if (kind === "microphone" && treatment === "instrument") track.contentHint = "music";
    return track;
  };
  if (id === undefined) return open(undefined);
  try {
    return await open(id);
  } catch (error) {
    // A remembered device that is not plugged in today must not stand in the way of the one that is.
    if (faultOf(error) === "none") return open(undefined);
    throw error;
  }
}

function constraintsFor(kind: DeviceKind, id: string | undefined, treatment: Treatment): MediaStreamConstraints {
  const device = id === undefined ? {} : { deviceId: { exact: id } };
  if (kind === "microphone") {
    const voice = treatment === "voice";
    const instrument = treatment === "instrument";
    return {
      audio: {
        ...device,
        echoCancellation: !instrument,
        noiseSuppression: voice,
        autoGainControl: voice,
        ...(instrument ? { channelCount: { ideal: 2 }, sampleRate: { ideal: 48_000 } } : {}),
      },
    };
  }
  // A phone has a small lens, a small battery and often a small uplink.
  const size = isPhone() ? { width: 640, height: 360 } : { width: 1280, height: 720 };
  return {
    video: {
      ...device,
      width: { ideal: size.width },
      height: { ideal: size.height },
      frameRate: { ideal: 30 },
      ...(id === undefined ? { facingMode: { ideal: "user" } } : {}),
    },
  };
}

/** A device held in one hand. */
export function isPhone(): boolean {
  const PHONE_SIDE = 600;
  return matchMedia("(pointer: coarse)").matches && Math.min(screen.width, screen.height) < PHONE_SIDE;
}
