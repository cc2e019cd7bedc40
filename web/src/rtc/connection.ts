// One peer connection: two lines that send, a fixed set of slots that receive, and one offer at a time.
// Who is in which slot, when to restart and what to do when all fails is decided elsewhere.
import type { ClientMessage, Receive, Send, SlotKind, Tile } from "../protocol";
import { videoSlotsFor } from "../room/layout";
import { Camera } from "./camera";
import type { DeviceKind } from "./devices";
import { addLayers, prefer, preferVp8 } from "./lines";
import { encodingsFor, withStereo, withoutOrphans } from "./offer";
import { type Counts, countsIn } from "./quality";
import { type Redundancy, redundancyHere, transformFor } from "./redundancy";
import { ScreenLines } from "./screen-lines";

export type Health =
  | "connecting"
  | "connected"
  | "disconnected"
  | "failed"
  /** Negotiation itself went wrong: no restart will help this connection. */
  | "unusable";

export interface ConnectionHooks {
  /** An offer wants to be sent. */
  send(offer: Extract<ClientMessage, { type: "offer" }>): void;
  onHealth(health: Health): void;
  /** Slots have been added. */
  onSlots(): void;
}

/** A receiving m-line and the one stream that it fills for as long as the connection lives. */
export interface Slot {
  readonly mid: string;
  readonly kind: SlotKind;
  readonly stream: MediaStream;
}

/** Voices: beyond eight people the server picks the loudest. Music: stereo, never ranked. */
const VOICE_SLOTS = 8;
const MUSIC_SLOTS = 2;
const SCREEN_SLOTS = 1;
const MOST_SCREEN_SLOTS = 2;

/** As much as stereo music can use, and before pictures when there is not enough. */
const MUSIC: RTCRtpEncodingParameters = { maxBitrate: 256_000, priority: "high", networkPriority: "high" };

/** Numbers of offers go on over all connections of a page, so that a late answer is recognised. */
let lastOffer = 0;

export function webRtcMissing(): boolean {
  return typeof RTCPeerConnection === "undefined" || typeof WebSocket === "undefined";
}

export class Connection {
  readonly #hooks: ConnectionHooks;
  readonly #pc = new RTCPeerConnection({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" });
  readonly #senders: Record<DeviceKind, RTCRtpTransceiver>;
  readonly #camera: Camera;
  /** Added when music plays for the first time. */
  #music: RTCRtpTransceiver | undefined;
  /** Added when something is shown for the first time. */
  #screen: ScreenLines | undefined;
  readonly #redundancy: Redundancy = redundancyHere();
  readonly #receivers: { kind: SlotKind; transceiver: RTCRtpTransceiver; stream: MediaStream }[] = [];
  /** The number of the offer that waits for its answer. */
  #inFlight: number | undefined;
  #again = false;
  #restart = false;
  #fresh = true;
  #closed = false;

  constructor(hooks: ConnectionHooks, videoSlots: number) {
    this.#hooks = hooks;
    const pc = this.#pc;
    // Lines that send have no track yet: a device that is turned on later needs no negotiation.
    this.#senders = {
      microphone: this.#withRedundancy(pc.addTransceiver("audio", { direction: "sendonly" })),
      camera: addCamera(pc),
    };
    this.#camera = new Camera(this.#senders.camera.sender);
    preferVp8(this.#senders.camera);
    this.#addSlots("voice", VOICE_SLOTS);
    this.#addSlots("music", MUSIC_SLOTS);
    this.#addSlots("video", videoSlots);
    this.#addSlots("screen", SCREEN_SLOTS);
    pc.addEventListener("connectionstatechange", () => this.#reportHealth());
    pc.addEventListener("iceconnectionstatechange", () => this.#reportHealth());
    void this.#negotiate();
  }

  /** The slots that have a `mid` by now. */
  get slots(): readonly Slot[] {
    return this.#receivers.flatMap(({ kind, transceiver, stream }) =>
      transceiver.mid === null ? [] : [{ mid: transceiver.mid, kind, stream }],
    );
  }

  get connected(): boolean {
    return this.#health() === "connected";
  }

  async setTrack(kind: DeviceKind, track: MediaStreamTrack | undefined): Promise<void> {
    if (kind === "camera") {
      await this.#camera.setTrack(track);
      return;
    }
    const { sender } = this.#senders.microphone;
    if (sender.track !== (track ?? null)) await sender.replaceTrack(track ?? null);
  }

  /** Takes which layers of the camera anyone watches, smallest first. */
  async setCameraDemand(layers: readonly boolean[]): Promise<void> {
    await this.#camera.setDemand(layers);
  }

  /** Plays music, or stops it; the line that carries it stays. */
  async setMusic(track: MediaStreamTrack | undefined): Promise<void> {
    if (!this.#music) {
      if (!track) return;
      this.#music = this.#pc.addTransceiver("audio", { direction: "sendonly", sendEncodings: [MUSIC] });
      // Twice the rate of music is more than a packet holds.
      prefer(this.#music, "audio", /^audio\/opus$/i);
      void this.#negotiate();
    }
    await this.#music.sender.replaceTrack(track ?? null);
  }

  /** Shows a screen or a film, or stops; the line that carries it stays. */
  async setScreen(track: MediaStreamTrack | undefined): Promise<void> {
    if (!this.#screen) {
      if (!track) return;
      this.#screen = new ScreenLines(this.#pc);
      void this.#negotiate();
    }
    await this.#screen.setTrack(track);
  }

  /** Takes which layers of the screen anyone watches, smallest first. */
  async setScreenDemand(layers: readonly boolean[]): Promise<void> {
    await this.#screen?.setDemand(layers);
  }

  /** What the browser has counted so far. */
  async counts(): Promise<Counts> {
    return countsIn((await this.#pc.getStats()).values());
  }

  /** Makes room for as many pictures as are shown. Slots are never taken away. */
  ensureSlots(tiles: readonly Tile[]): void {
    const count = (source: Tile["source"]) => tiles.filter((tile) => tile.source === source).length;
    const present = (kind: SlotKind) => this.#receivers.filter((slot) => slot.kind === kind).length;
    const videos = videoSlotsFor(count("camera"), present("video")) - present("video");
    const screens = Math.max(0, Math.min(MOST_SCREEN_SLOTS, count("screen")) - present("screen"));
    if (videos + screens === 0) return;
    this.#addSlots("video", videos);
    this.#addSlots("screen", screens);
    void this.#negotiate();
  }

  /** Takes the server's answer; one that belongs to no waiting offer is left alone. */
  async answered(offer: number, sdp: string): Promise<void> {
    if (this.#closed || offer !== this.#inFlight) return;
    try {
      await this.#pc.setRemoteDescription({ type: "answer", sdp });
      this.#inFlight = undefined;
      if (this.#again) void this.#negotiate();
    } catch {
      this.#fail();
    }
  }

  /** The server cannot answer this offer. */
  refused(): void {
    if (this.#inFlight !== undefined) this.#fail();
  }

  /** Looks for a new way to the server while the old one stays in use for as long as it works. */
  restartIce(): void {
    this.#restart = true;
    void this.#negotiate();
  }

  close(): void {
    this.#closed = true;
    this.#pc.close();
  }

  async #negotiate(): Promise<void> {
    if (this.#closed) return;
    if (this.#inFlight !== undefined) {
      this.#again = true;
      return;
    }
    lastOffer += 1;
    const offer = lastOffer;
    this.#inFlight = offer;
    this.#again = false;
    const iceRestart = this.#restart;
    this.#restart = false;
    try {
      const { sdp: text = "" } = await this.#pc.createOffer({ iceRestart });
      await this.#pc.setLocalDescription({ type: "offer", sdp: withStereo(text, this.#stereoLines()) });
    } catch {
      if (!this.#isClosed()) this.#fail();
      return;
    }
    // The person may have left while the browser was still writing.
    if (this.#isClosed()) return;
    // Candidates are not waited for: the server learns the browser's addresses from its checks.
    const sdp = withoutOrphans(this.#pc.localDescription?.sdp ?? "");
    const fresh = this.#fresh;
    this.#fresh = false;
    this.#hooks.send({ type: "offer", offer, sdp, sends: this.#sends(), receives: this.#receives(), fresh });
    this.#hooks.onSlots();
  }

  #sends(): Send[] {
    const { microphone, camera } = this.#senders;
    const music = this.#music?.mid ?? undefined;
    return [
      { mid: microphone.mid ?? "", source: "microphone", ...(this.#redundancy === "built" ? { red: true } : {}) },
      { mid: camera.mid ?? "", source: "camera" },
      ...(music === undefined ? [] : [{ mid: music, source: "music" } as const]),
      ...(this.#screen?.sends() ?? []),
    ];
  }

  /** The places of the music slots in the text: lines stand there in the order in which they were added. */
  #stereoLines(): ReadonlySet<number> {
    const music = new Set(this.#receivers.filter(({ kind }) => kind === "music").map(({ transceiver }) => transceiver));
    return new Set(this.#pc.getTransceivers().flatMap((one, index) => (music.has(one) ? [index] : [])));
  }

  #receives(): Receive[] {
    return this.slots.map(({ mid, kind }) => ({ mid, kind }));
  }

  #addSlots(kind: SlotKind, count: number): void {
    const audio = kind === "voice" || kind === "music";
    for (let index = 0; index < count; index += 1) {
      const transceiver = this.#pc.addTransceiver(audio ? "audio" : "video", { direction: "recvonly" });
      if (kind === "voice") this.#withRedundancy(transceiver);
      if (kind === "screen") prefer(transceiver, "video", /^video\/(vp8|av1)$/i);
      else if (!audio) preferVp8(transceiver);
      this.#receivers.push({ kind, transceiver, stream: new MediaStream([transceiver.receiver.track]) });
    }
  }

  /** To be called right after the line was added: a transform that is set later sees no frame in some browsers. */
  #withRedundancy(transceiver: RTCRtpTransceiver): RTCRtpTransceiver {
    if (this.#redundancy !== "built") return transceiver;
    const { sender, receiver, direction } = transceiver;
    const broken = () => this.#fail();
    if (direction === "sendonly") sender.transform = transformFor("build", broken);
    else receiver.transform = transformFor("cut", broken);
    return transceiver;
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  #fail(): void {
    if (!this.#closed) this.#hooks.onHealth("unusable");
  }

  #reportHealth(): void {
    if (!this.#closed) this.#hooks.onHealth(this.#health());
  }

  #health(): Health {
    const { connectionState, iceConnectionState } = this.#pc;
    if (connectionState === "failed" || iceConnectionState === "failed") return "failed";
    if (connectionState === "disconnected" || iceConnectionState === "disconnected") return "disconnected";
    return connectionState === "connected" ? "connected" : "connecting";
  }
}

function addCamera(pc: RTCPeerConnection): RTCRtpTransceiver {
  return addLayers(pc, encodingsFor(Number.POSITIVE_INFINITY));
}
