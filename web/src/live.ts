// The twin of the server's `live` crate: gives the pure room a body of socket, connection and devices, and
// keeps the person in the room whatever breaks, until they leave or a rule says no.
import { type DoorKeys, requestEntry } from "./api";
import { forgetPlace, keepPlace } from "./keep";
import {
  type ClientMessage,
  type Entry,
  PROTOCOL_VERSION,
  type Participant,
  type Quality,
  type Refusal,
  type Sealed,
  type ServerMessage,
  type Source,
  type Task,
  type Tile,
} from "./protocol";
import { hasTask } from "./room/people";
import { type RoomEvent, reduce } from "./room/reduce";
import { type RoomState, initialRoom, ourselves } from "./room/state";
import { watchAttention } from "./rtc/attention";
import { Backoff } from "./rtc/backoff";
import { publishedLayers } from "./rtc/camera";
import { Connection, type Health, type Slot } from "./rtc/connection";
import { type DeviceKind, type Devices, type DevicesState, isPhone } from "./rtc/devices";
import { Mix } from "./rtc/mix";
import { Music } from "./rtc/music";
import { screenLayersOf, sendsAv1 } from "./rtc/offer";
import { type Counts, type Judgement, QUALITY_EVERY_MS, judged, sampleBetween, unjudged } from "./rtc/quality";
import { Recovery } from "./rtc/recovery";
import { Share } from "./rtc/share";
import { type Entered, Socket, type Waiting } from "./rtc/socket";
import { Talk } from "./talk";

export interface LiveOptions {
  readonly meeting: string;
  /** What opens the door: the link's token, and what became of the password. */
  readonly keys: DoorKeys;
  readonly name: string;
  readonly devices: Devices;
  /** The place that this page held before it was reloaded. */
  readonly replaces: string | undefined;
}

/** What the page shows: the room, and the streams of its slots by `mid`. */
export interface LiveView {
  readonly room: RoomState;
  readonly slots: ReadonlyMap<string, Slot>;
}

/** A socket that is back within this time was never gone, as far as anyone needs to know. */
const UNNOTICED_MS = 3_000;

/** A place that was lost sooner than this was never really one: then the next attempt waits longer. */
const SETTLED_MS = 5_000;

/** Whoever lost their place to a dead network asks again and again: a question that went out into the dark, or over a
 * connection that died in it, must not hold up the one that will be answered. */
const REENTRY_PATIENCE_MS = 3_000;

const VIDEO_SLOTS = 9;
const VIDEO_SLOTS_ON_PHONES = 6;

/** What a new place watches before it is told. */
const NOTHING = "[]";

/** Someone of whom no more is known. */
const NOBODY: Omit<Participant, "id"> = { number: 0, microphone: false, camera: false, music: false, link: "connected" };

/** What only hosts say. */
export type HostMessage = Extract<
  ClientMessage,
  {
    type:
      | "admit"
      | "remove"
      | "sendBack"
      | "stop"
      | "lowerHand"
      | "promote"
      | "rule"
      | "timer"
      | "endStick"
      | "openPoll"
      | "closePoll"
      | "dropPoll"
      | "split"
      | "rejoin"
      | "end";
  }
>;

/** Refusals that mean "not now" rather than "no". */
const PASSING: readonly Refusal[] = ["grantInvalid", "resumeUnknown", "closing", "tooFast", "busy", "unavailable"];

export class Live {
  /** What this person plays to everyone. */
  readonly music = new Music();
  /** What this person shows to everyone. */
  readonly share = new Share();
  /** The sound of both, on one line. */
  readonly #mix = new Mix();
  /** What people write and show to each other. */
  readonly talk = new Talk({
    send: (message) => (this.#placed ? this.#socket?.send(message) : undefined),
    you: () => ourselves(this.#view.room),
  });
  readonly #options: LiveOptions;
  readonly #listeners = new Set<(view: LiveView) => void>();
  readonly #stoppedListeners = new Set<(source: Source) => void>();
  readonly #backoff = new Backoff();
  readonly #unsubscribeDevices: () => void;
  readonly #unsubscribePlayed: readonly (() => void)[];
  readonly #stopAttention: () => void;
  readonly #onOnline = () => this.#hurry();
  #view: LiveView = { room: initialRoom, slots: new Map() };
  #socket: Socket | undefined;
  #connection: Connection | undefined;
  #recovery: Recovery | undefined;
  #resume: string | undefined;
  /** Whether the socket has, or will have again, the place that it was given. */
  #placed = false;
  #enteredAt = Number.POSITIVE_INFINITY;
  #published = "";
  /** What was said of our devices before the room. */
  #checked = "";
  #tiles: readonly Tile[] = [];
  /** Whether anyone can look at them. */
  #seen = true;
  /** Sound alone, for a network that carries no more, or costs. */
  #spared = false;
  #judgement: Judgement = unjudged;
  #counted: Counts | undefined;
  #told: Quality | undefined;
  readonly #qualityTimer = setInterval(() => void this.#judge(), QUALITY_EVERY_MS);
  #watched = NOTHING;
  /** The number of the frame that carried the last offer, to recognise its refusal. */
  #offerSeq = 0;
  #brokenTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#resume = options.replaces;
    this.#unsubscribeDevices = options.devices.subscribe((devices) => this.#onDevices(devices));
    this.#unsubscribePlayed = [
      this.music.subscribe(() => this.#onPlayed()),
      this.share.subscribe(() => this.#onPlayed()),
    ];
    this.#stopAttention = watchAttention((seen) => {
      this.#seen = seen;
      this.#sendWatch();
    });
    window.addEventListener("online", this.#onOnline);
    void this.#enter();
  }

  /** Calls back with the present view and after every change, until the returned function is called. */
  subscribe(listener: (view: LiveView) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#view);
    return () => this.#listeners.delete(listener);
  }

  /** Says which tiles are visible, most important first. */
  watch(tiles: readonly Tile[]): void {
    this.#tiles = tiles;
    this.#connection?.ensureSlots(tiles);
    this.#sendWatch();
  }

  /** Asks for no picture at all, or for those in sight again. */
  spare(spared: boolean): void {
    this.#spared = spared;
    this.#sendWatch();
  }

  /** Raises the own hand, or lowers it. */
  raise(raised: boolean): void {
    this.#say({ type: "hand", raised });
  }

  /** Calls back when a host has switched something of ours off, until the returned function is called. */
  onStopped(listener: (source: Source) => void): () => void {
    this.#stoppedListeners.add(listener);
    return () => this.#stoppedListeners.delete(listener);
  }

  /** What a host does: lets in, sends away, switches off, locks, ends. */
  host(message: HostMessage): void {
    this.#say(message);
  }

  /** Sends the talking stick on; to nobody: back to the hosts. */
  passStick(to: string | undefined): void {
    this.#say({ type: "passStick", ...(to === undefined ? {} : { to }) });
  }

  /** Goes to a group, or sends someone there; without a number to the room itself. */
  move(participant: string, group: number | undefined): void {
    this.#say({ type: "move", participant, ...(group === undefined ? {} : { group }) });
  }

  /** Calls a host into the own group. */
  call(wanted: boolean): void {
    this.#say({ type: "call", wanted });
  }

  /** Asks everyone. The words travel sealed; the server is told how many answers there are. */
  poll(question: string, answers: readonly string[]): void {
    const [poll = 0] = crypto.getRandomValues(new Uint32Array(1));
    this.#say({ type: "openPoll", poll, options: answers.length });
    this.talk.asks({ poll, question, answers });
  }

  /** Answers the poll. */
  vote(poll: number, option: number): void {
    this.#say({ type: "vote", poll, option });
    this.talk.chose(poll, option);
  }

  /** Gives someone a task, or takes it away. */
  entrust(participant: string, task: Task, given: boolean): void {
    this.#say({ type: "task", participant, task, given });
  }

  #say(message: ClientMessage): void {
    if (this.#placed) this.#socket?.send(message);
  }

  /** Leaves for good. */
  leave(): void {
    if (this.#ended) return;
    this.#socket?.send({ type: "leave" });
    this.#apply({ type: "left" });
  }

  get #inside(): boolean {
    return this.#view.room.you !== undefined && !this.#view.room.waiting;
  }

  get #ended(): boolean {
    return this.#view.room.ending !== undefined;
  }

  async #enter(): Promise<void> {
    const { meeting, keys, name } = this.#options;
    const outcome = await requestEntry(meeting, keys, this.#resume === undefined ? undefined : REENTRY_PATIENCE_MS);
    if (this.#ended) return;
    switch (outcome.type) {
      case "unreachable":
        this.#enterLater();
        break;
      case "refused":
        this.#onRefused(outcome.refusal);
        break;
      case "done":
        this.#socket = new Socket(
          signalAddress(outcome.value),
          {
            type: "enter",
            version: PROTOCOL_VERSION,
            grant: outcome.value.grant,
            ...(name === "" ? {} : { name }),
            ...(this.#resume === undefined ? {} : { replaces: this.#resume }),
          },
          {
            onEntered: (entered) => this.#onEntered(entered),
            onWaiting: (waiting) => this.#onWaiting(waiting),
            onMessage: (message) => this.#onMessage(message),
            onBroken: () => this.#onBroken(),
            onResumed: () => this.#onResumed(),
            onGone: (refusal) => this.#onGone(refusal),
          },
        );
        break;
    }
  }

  #enterLater(): void {
    if (performance.now() - this.#enteredAt > SETTLED_MS) this.#backoff.reset();
    this.#enteredAt = Number.POSITIVE_INFINITY;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => void this.#enter(), this.#backoff.next());
  }

  #onEntered(entered: Entered): void {
    this.#onPlace(entered.resume);
    this.#enterAs(entered);
  }

  /** We are in, at once or after waiting: everything begins anew. */
  #enterAs({ you, clockMs, participants, knocks, arrangement }: Omit<Entered, "type" | "version" | "resume" | "resumeWithinMs">): void {
    const before = ourselves(this.#view.room);
    this.#apply({
      type: "entered",
      you,
      clock: Date.now() - clockMs,
      participants,
      ...(knocks ? { knocks } : {}),
      ...(arrangement ? { arrangement } : {}),
    });
    this.#published = "";
    this.#watched = NOTHING;
    this.#told = undefined;
    this.#connect();
    this.#onDevices(this.#options.devices.state);
    this.#sendWatch();
    this.#resumeSigns(before);
    this.talk.entered();
  }

  #onWaiting({ you, resume }: Waiting): void {
    this.#onPlace(resume);
    this.#disconnect();
    this.#apply({ type: "waiting", you });
    this.#keep();
    this.#sayWhatWorks();
  }

  #onPlace(resume: string): void {
    clearTimeout(this.#brokenTimer);
    this.#enteredAt = performance.now();
    this.#resume = resume;
    this.#placed = true;
    // Nothing was said yet in this place.
    this.#checked = "";
  }

  /** For the host who decides whom to let in: what will work, once they are in. */
  #sayWhatWorks(): void {
    const { microphone, camera } = this.#options.devices.state;
    const check = { microphone: microphone.on, camera: camera.on };
    const checked = JSON.stringify(check);
    if (!this.#view.room.waiting || checked === this.#checked) return;
    this.#checked = checked;
    this.#say({ type: "check", ...check });
  }

  /** Whoever had a hand up, or a task, has it in a new place, too; only the turn begins anew. */
  #resumeSigns(before: Participant | undefined): void {
    const now = ourselves(this.#view.room);
    if (!before || !now) return;
    if (before.hand !== undefined && now.hand === undefined) this.raise(true);
    for (const task of before.tasks ?? []) if (!now.tasks?.includes(task)) this.entrust(now.id, task, true);
  }

  #onMessage(message: ServerMessage): void {
    if (message.type === "sealed") this.#onSealed(message.from, message.sealed);
    if (message.type === "left") this.talk.gone(message.participant);
    if (message.type === "joined") this.#tellAsked(message.participant);
    if (message.type === "changed") this.#onChanged(message.participant);
    if (message.type === "refused" && message.about !== undefined) this.talk.refused(message.about);
    const { room } = this.#view;
    this.#apply({ type: "message", message });
    if (message.type === "admitted" && room.you !== undefined) this.#enterAs({ ...message, you: room.you });
    if (message.type === "sentBack") this.#onSentBack();
    if (message.type === "stopped") this.#onStopped(message.source);
    if (message.type === "answer") void this.#connection?.answered(message.offer, message.sdp);
    if (message.type === "demand") this.#onDemand(message.source, message.layers);
    if (message.type === "refused" && message.about === this.#offerSeq) this.#connection?.refused();
    if (message.type === "closing" && !this.#ended) {
      this.#losePlace();
      this.#socket?.close();
      this.#disconnect();
      this.#enterLater();
    }
  }

  /** Whoever connects anew has reloaded the page, and knows nothing of what was asked. */
  #onChanged(participant: Participant): void {
    const before = this.#view.room.participants.find(({ id }) => id === participant.id);
    const anew = participant.link === "connecting" && before?.link !== "connecting";
    if (anew && participant.id !== this.#view.room.you) this.#tellAsked(participant);
  }

  #tellAsked(whom: Participant): void {
    this.talk.came(whom, this.#view.room.arrangement.poll?.poll);
  }

  #onSentBack(): void {
    this.#disconnect();
    this.#checked = "";
    this.#sayWhatWorks();
  }

  /** A host has switched it off. What is sent has ended already; here the device rests. */
  #onStopped(source: Source): void {
    // Otherwise it would be on again for the server, as what is on is said in one.
    if (source === "microphone" || source === "camera") void this.#options.devices.turn(source, false);
    if (source === "screen") this.share.stop();
    if (source === "music") this.music.stop();
    for (const listener of this.#stoppedListeners) listener(source);
  }

  #onDemand(source: Source, layers: readonly boolean[]): void {
    const connection = this.#connection;
    // A connection that was closed meanwhile refuses; the next one sends everything until it is told.
    if (source === "camera") void connection?.setCameraDemand(layers).catch(() => undefined);
    if (source === "screen") void connection?.setScreenDemand(layers).catch(() => undefined);
  }

  #onSealed(from: string, content: Sealed): void {
    const { room } = this.#view;
    // Who waits knows nobody here. What is written to them comes from a host, whoever that is.
    const author = room.waiting ? { ...NOBODY, id: from } : room.participants.find(({ id }) => id === from);
    const you = room.waiting ? { ...NOBODY, id: room.you ?? "" } : ourselves(room);
    if (author && you) this.talk.received(author, you, content);
  }

  #losePlace(): void {
    if (!this.#placed) return;
    this.#placed = false;
    this.talk.lost(this.#socket?.unconfirmed ?? []);
  }

  #onBroken(): void {
    this.#recovery?.onSignal(false);
    clearTimeout(this.#brokenTimer);
    this.#brokenTimer = setTimeout(() => this.#apply({ type: "signalBroken" }), UNNOTICED_MS);
  }

  #onResumed(): void {
    clearTimeout(this.#brokenTimer);
    this.#apply({ type: "resumed" });
    this.#recovery?.onSignal(true);
  }

  #onGone(refusal: Refusal | undefined): void {
    clearTimeout(this.#brokenTimer);
    this.#losePlace();
    this.#disconnect();
    this.#apply({ type: "returning" });
    if (refusal === undefined) this.#enterLater();
    else this.#onRefused(refusal);
  }

  #onRefused(refusal: Refusal): void {
    if (PASSING.includes(refusal)) this.#enterLater();
    else this.#apply({ type: "refused", refusal });
  }

  /** A new peer connection, in place of the one before. */
  #connect(): void {
    this.#disconnect();
    const recovery = new Recovery({
      restart: () => connection.restartIce(),
      renew: () => this.#connect(),
    });
    const connection = new Connection(
      {
        send: (offer) => (this.#offerSeq = this.#socket?.send(offer) ?? 0),
        onHealth: (health) => {
          recovery.onHealth(health);
          this.#onHealth(health);
        },
        onSlots: () => this.#publishSlots(connection),
      },
      isPhone() ? VIDEO_SLOTS_ON_PHONES : VIDEO_SLOTS,
    );
    this.#connection = connection;
    this.#recovery = recovery;
    connection.ensureSlots(this.#tiles);
    const { microphone, camera } = this.#options.devices.state;
    this.#setTracks(microphone.track, camera.track);
    this.#setPlayed(connection);
  }

  #disconnect(): void {
    this.#recovery?.stop();
    this.#connection?.close();
    this.#recovery = undefined;
    this.#connection = undefined;
    if (this.#view.slots.size > 0) this.#show({ ...this.#view, slots: new Map() });
  }

  #onHealth(health: Health): void {
    const { media } = this.#view.room;
    if (health === "connected") this.#apply({ type: "media", media: "connected" });
    else if (health !== "connecting" || media === "interrupted") this.#apply({ type: "media", media: "interrupted" });
  }

  #publishSlots(connection: Connection): void {
    this.#show({ ...this.#view, slots: new Map(connection.slots.map((slot) => [slot.mid, slot])) });
  }

  #onDevices({ microphone, camera }: DevicesState): void {
    this.#setTracks(microphone.track, camera.track);
    this.#hint();
    if (this.#connection) this.#setPlayed(this.#connection);
    this.#keep();
    this.#sayWhatWorks();
    this.#publish();
  }

  #onPlayed(): void {
    // Called for the first time while this object is being made.
    if (this.#connection) this.#setPlayed(this.#connection);
    this.#publish();
  }

  #setPlayed(connection: Connection): void {
    void connection.setMusic(this.#sound()).catch(() => undefined);
    void connection.setScreen(this.share.state.track).catch(() => undefined);
  }

  /** Music, the sound of what is shown, and a microphone that plays an instrument. */
  #sound(): MediaStreamTrack | undefined {
    const { microphone } = this.#options.devices.state;
    const instrument = this.#plays && microphone.on ? microphone.track : undefined;
    const tracks = [this.music.state.track, this.share.state.sound, instrument];
    return this.#mix.of(tracks.filter((track) => track !== undefined));
  }

  get #plays(): boolean {
    return this.#options.devices.state.treatment === "instrument";
  }

  /** Says what is on from now, if that is news. */
  #publish(): void {
    const { microphone, camera } = this.#options.devices.state;
    const { track: screen, width, height } = this.share.state;
    const publish: ClientMessage = {
      type: "publish",
      microphone: microphone.on,
      camera: camera.on,
      music: this.#sound() !== undefined,
      layers: publishedLayers(camera.track),
      ...(screen ? { screen: true, screenLayers: screenLayersOf(width, height, sendsAv1()) } : {}),
    };
    const published = JSON.stringify(publish);
    if (published === this.#published || !this.#inside) return;
    this.#published = published;
    this.#socket?.send(publish);
  }

  /** For a reload: what is on, or about to be. */
  #keep(): void {
    const { meeting, keys, name, devices } = this.#options;
    const { microphone, camera } = devices.state;
    keepPlace(meeting, {
      proof: keys.proof,
      name,
      microphone: microphone.on || microphone.opening,
      camera: camera.on || camera.opening,
      resume: this.#resume,
    });
  }

  #setTracks(microphone: MediaStreamTrack | undefined, camera: MediaStreamTrack | undefined): void {
    const set = (kind: DeviceKind, track: MediaStreamTrack | undefined) =>
      // A connection that was closed meanwhile refuses; the next one is given the same tracks.
      this.#connection?.setTrack(kind, track).catch(() => undefined);
    // An instrument goes out with the music, where nothing thins it out and both sides stay apart.
    void set("microphone", this.#plays ? undefined : microphone);
    void set("camera", camera);
  }

  #sendWatch(): void {
    const tiles = this.#seen && !this.#spared ? [...this.#tiles] : [];
    const watched = JSON.stringify(tiles);
    if (watched === this.#watched || !this.#inside) return;
    this.#watched = watched;
    this.#socket?.send({ type: "watch", tiles });
  }

  /** Looks how well the connection does, and says so when the word changes. */
  async #judge(): Promise<void> {
    const connection = this.#connection;
    if (!connection?.connected) {
      this.#counted = undefined;
      return;
    }
    const now = await connection.counts().catch(() => undefined);
    const before = this.#counted;
    this.#counted = connection === this.#connection ? now : undefined;
    if (!now || !before) return;
    this.#judgement = judged(this.#judgement, sampleBetween(before, now, this.#view.room.paused.size));
    const { quality } = this.#judgement;
    if (quality === undefined || quality === this.#told || !this.#placed) return;
    this.#told = quality;
    this.#say({ type: "quality", quality });
  }

  #hurry(): void {
    this.#socket?.hurry();
    this.#recovery?.onOnline();
  }

  #apply(event: RoomEvent): void {
    const room = reduce(this.#view.room, event);
    if (room === this.#view.room) return;
    // Whoever is told of the end gives the devices back; by then nothing here may listen to them any more.
    if (room.ending) this.#end();
    this.#show({ ...this.#view, room });
    this.#hint();
  }

  /** Hands that sign must move: of an interpreter's picture the browser gives up size before frames (EN 301 549, 6.5.3). */
  #hint(): void {
    const own = ourselves(this.#view.room);
    const { track } = this.#options.devices.state.camera;
    const hint = own && hasTask(own, "interpreter") ? "motion" : "";
    if (track && track.contentHint !== hint) track.contentHint = hint;
  }

  #end(): void {
    window.removeEventListener("online", this.#onOnline);
    this.#unsubscribeDevices();
    for (const unsubscribe of this.#unsubscribePlayed) unsubscribe();
    this.music.close();
    this.share.close();
    this.#mix.close();
    this.talk.close();
    this.#stopAttention();
    clearInterval(this.#qualityTimer);
    clearTimeout(this.#brokenTimer);
    clearTimeout(this.#retryTimer);
    this.#socket?.close();
    this.#disconnect();
    // A replaced page must not take the place back when it is reloaded; nor must one that has left.
    forgetPlace(this.#options.meeting);
  }

  #show(view: LiveView): void {
    this.#view = view;
    for (const listener of this.#listeners) listener(view);
  }
}

/** The grant's socket, as an address: a path on this server, or another node's `wss:`. */
function signalAddress({ signal }: Entry): string {
  const address = new URL(signal, location.href);
  if (address.protocol === "http:") address.protocol = "ws:";
  if (address.protocol === "https:") address.protocol = "wss:";
  return address.href;
}
