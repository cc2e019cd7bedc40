// The signalling socket of one place in a room: opening, numbered frames, signs of life, and taking up the
// place again after a break. When the place itself is lost, this object ends and `live.ts` enters anew.
import {
  type ClientMessage,
  type Frame,
  type Opened,
  type Opening,
  PROTOCOL_VERSION,
  type Refusal,
  type ServerMessage,
} from "../protocol";
import { Outbox } from "../room/outbox";
import { Backoff } from "./backoff";

export type Enter = Extract<Opening, { type: "enter" }>;
export type Entered = Extract<Opened, { type: "entered" }>;
export type Waiting = Extract<Opened, { type: "waiting" }>;

export interface SocketHooks {
  onEntered(entered: Entered): void;
  /** There is a place, before the room. */
  onWaiting(waiting: Waiting): void;
  onMessage(message: ServerMessage): void;
  /** The socket broke; the place is still ours and this object is on its way back to it. */
  onBroken(): void;
  onResumed(): void;
  /** The place is gone, or there never was one; with the server's reason where it gave one. */
  onGone(refusal: Refusal | undefined): void;
}

/** Nothing heard for so long, and we ask whether anyone is there. */
const QUIET_MS = 5_000;
/** A question not answered for so long, and the socket is dead. */
const ANSWER_MS = 3_000;
/** What came in is acknowledged after this, even when there is nothing to say. */
const ACK_MS = 2_000;
const TICK_MS = 500;
/** A place is kept for seconds only: whoever wants it back must not sleep through them. */
const MOST_BETWEEN_MS = 1_500;
/** An attempt to connect that hangs is as bad as one that fails. */
const CONNECT_MS = 5_000;

export class Socket {
  readonly #url: string;
  readonly #hooks: SocketHooks;
  readonly #outbox = new Outbox();
  readonly #backoff = new Backoff(MOST_BETWEEN_MS);
  #opening: Opening;
  #token: string | undefined;
  #resumeWithinMs = 0;
  /** When the present break began; absent while all is well. */
  #brokenAt: number | undefined;
  #socket: WebSocket | undefined;
  /** The opening has been answered on the present socket. */
  #open = false;
  #heardAt = 0;
  #askedAt: number | undefined;
  #owingSince: number | undefined;
  #over = false;
  #tick: ReturnType<typeof setInterval> | undefined;
  #attempt: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, enter: Enter, hooks: SocketHooks) {
    this.#url = url;
    this.#opening = enter;
    this.#hooks = hooks;
    this.#connect();
  }

  /** Sends a message, now or as soon as the socket is back; gives its number. */
  send(message: ClientMessage): number {
    const frame = this.#outbox.post(message);
    if (this.#open) this.#write(frame);
    return frame.seq;
  }

  /** What the server has not confirmed to have taken, oldest first. */
  get unconfirmed(): readonly ClientMessage[] {
    return this.#outbox.unconfirmed;
  }

  /** Ends this place from our side. What was sent just before still goes out. */
  close(): void {
    this.#end();
    this.#socket?.close(1000);
  }

  /** The network changed: whatever we wait for, do not wait any longer. */
  hurry(): void {
    if (this.#over) return;
    if (this.#open) this.#ask();
    else if (this.#socket === undefined) this.#connect();
  }

  #connect(): void {
    clearTimeout(this.#attempt);
    let socket: WebSocket;
    try {
      socket = new WebSocket(this.#url);
    } catch {
      this.#onBreak();
      return;
    }
    this.#socket = socket;
    const present = () => this.#socket === socket && !this.#over;
    socket.addEventListener("open", () => {
      if (present()) socket.send(JSON.stringify(this.#opening));
    });
    socket.addEventListener("message", (event: MessageEvent<unknown>) => {
      if (present()) this.#onText(event.data);
    });
    socket.addEventListener("close", () => {
      if (present()) this.#onBreak();
    });
    this.#attempt = setTimeout(() => {
      if (present() && !this.#open) this.#onBreak();
    }, CONNECT_MS);
  }

  #onText(data: unknown): void {
    const value = parse(data);
    if (value === undefined) {
      this.#gone(undefined);
      return;
    }
    this.#heardAt = performance.now();
    this.#askedAt = undefined;
    if (this.#open) this.#onFrame(value as unknown as Frame<ServerMessage>);
    else this.#onOpened(value as unknown as Opened);
  }

  #onOpened(opened: Opened): void {
    switch (opened.type) {
      case "entered":
        this.#token = opened.resume;
        this.#resumeWithinMs = opened.resumeWithinMs;
        this.#onOpen();
        this.#hooks.onEntered(opened);
        break;
      case "waiting":
        this.#token = opened.resume;
        this.#resumeWithinMs = opened.resumeWithinMs;
        this.#onOpen();
        this.#hooks.onWaiting(opened);
        break;
      case "resumed":
        this.#onOpen();
        for (const frame of this.#outbox.resume(opened.ack)) this.#write(frame);
        this.#hooks.onResumed();
        break;
      case "refused":
        this.#gone(opened.refusal);
        break;
    }
  }

  #onOpen(): void {
    clearTimeout(this.#attempt);
    this.#open = true;
    this.#brokenAt = undefined;
    this.#backoff.reset();
    clearInterval(this.#tick);
    this.#tick = setInterval(() => this.#onTick(), TICK_MS);
  }

  #onFrame(frame: Frame<ServerMessage>): void {
    if (typeof frame.seq !== "number" || typeof frame.ack !== "number" || typeof frame.message !== "object") {
      this.#gone(undefined);
      return;
    }
    switch (this.#outbox.arrive(frame.seq, frame.ack)) {
      case "fresh":
        if (this.#outbox.owesAck) this.#owingSince ??= performance.now();
        this.#hooks.onMessage(frame.message);
        break;
      case "duplicate":
        break;
      case "gap":
        // Something is lost that will not come again: only a new place has the whole picture.
        this.#gone(undefined);
        break;
    }
  }

  #onTick(): void {
    const now = performance.now();
    if (this.#askedAt !== undefined) {
      // Counted from the question, not from the last word: after a laptop's sleep the first tick comes
      // late, and the socket deserves one chance to answer.
      if (now - this.#askedAt >= ANSWER_MS) this.#onBreak();
      return;
    }
    const quiet = now - this.#heardAt >= QUIET_MS;
    const owing = this.#owingSince !== undefined && now - this.#owingSince >= ACK_MS;
    if (quiet || owing) this.#ask();
  }

  #ask(): void {
    this.#askedAt ??= performance.now();
    this.#write(this.#outbox.passing({ type: "ping" }));
  }

  #write(frame: Frame<ClientMessage>): void {
    this.#owingSince = undefined;
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #onBreak(): void {
    const wasOpen = this.#open;
    const now = performance.now();
    this.#open = false;
    this.#askedAt = undefined;
    clearInterval(this.#tick);
    clearTimeout(this.#attempt);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    if (this.#token === undefined) {
      this.#gone(undefined);
      return;
    }
    this.#brokenAt ??= now;
    if (wasOpen) this.#hooks.onBroken();
    if (now - this.#brokenAt >= this.#resumeWithinMs) {
      this.#gone(undefined);
      return;
    }
    this.#opening = {
      type: "resume",
      version: PROTOCOL_VERSION,
      token: this.#token,
      ack: this.#outbox.lastReceived,
    };
    // The first attempt goes out at once; only repeated ones wait.
    this.#attempt = setTimeout(() => this.#connect(), wasOpen ? 0 : this.#backoff.next());
  }

  #gone(refusal: Refusal | undefined): void {
    if (this.#over) return;
    const socket = this.#socket;
    this.#end();
    socket?.close();
    this.#hooks.onGone(refusal);
  }

  #end(): void {
    this.#over = true;
    this.#open = false;
    clearInterval(this.#tick);
    clearTimeout(this.#attempt);
  }
}

function parse(data: unknown): Record<string, unknown> | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
