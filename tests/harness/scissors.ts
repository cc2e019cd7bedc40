// A TCP relay in front of the program's HTTP port. The page is opened through it, so its signalling socket can be
// cut, delayed or left in the dark while media goes another way.

import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** What waits on one way before its sender has to. */
const MOST_WAITING_BYTES = 1024 * 1024;

/** After an outage nothing moves before the sender tries again, each time after twice the wait. */
const FIRST_RETRY_MS = 200;
/** The same for a connection that is being opened. */
const FIRST_OPENING_RETRY_MS = 1_000;

/** The moment of the first retry after `now` of something first sent at `sentAt`. */
export function nextRetry(sentAt: number, now: number, firstMs: number): number {
  let at = sentAt;
  for (let wait = firstMs; at < now; wait *= 2) at += wait;
  return at;
}

/** One direction of one connection. */
class Way {
  readonly #waiting: { due: number; bytes: Buffer | null }[] = [];
  #waitingBytes = 0;
  #notBefore = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly from: Socket,
    readonly to: Socket,
    readonly scissors: Scissors,
  ) {
    from.on("data", (bytes: Buffer) => this.#take(bytes));
    from.on("end", () => this.#take(null));
    to.on("drain", () => this.#relieve());
  }

  #take(bytes: Buffer | null): void {
    this.#waiting.push({ due: performance.now() + this.scissors.delayMs, bytes });
    this.#waitingBytes += bytes?.length ?? 0;
    this.pump();
    if (this.#waitingBytes + this.to.writableLength > MOST_WAITING_BYTES) this.from.pause();
  }

  pump(): void {
    clearTimeout(this.#timer);
    if (this.scissors.dark) return;
    const now = performance.now();
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      const due = Math.max(first.due, this.#notBefore);
      if (due > now) {
        this.#timer = setTimeout(() => this.pump(), Math.max(1, due - now));
        break;
      }
      this.#waiting.shift();
      this.#waitingBytes -= first.bytes?.length ?? 0;
      if (first.bytes === null) this.to.end();
      else this.to.write(first.bytes);
    }
    this.#relieve();
  }

  /** There is light again; what waited goes out with the sender's next try. */
  wake(firstRetryMs: number): void {
    const first = this.#waiting[0];
    if (first) this.#notBefore = nextRetry(first.due, performance.now(), firstRetryMs);
    this.pump();
  }

  #relieve(): void {
    if (this.#waitingBytes + this.to.writableLength < MOST_WAITING_BYTES) this.from.resume();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

interface Connection {
  near: Socket;
  far: Socket;
  ways: Way[];
  /** Came while nothing passed: it is not open before its opening has been tried again. */
  openedInTheDark: boolean;
}

export class Scissors {
  readonly #connections = new Set<Connection>();
  #refusing = false;
  #accepted = 0;
  #dark = false;
  /** How long everything takes, each way. */
  delayMs = 0;

  private constructor(
    readonly listener: Server,
    readonly origin: string,
  ) {}

  static async before(port: number): Promise<Scissors> {
    const listener = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const scissors = new Scissors(listener, `http://localhost:${(listener.address() as AddressInfo).port}`);
    listener.on("connection", (near) => scissors.#accept(near, port));
    return scissors;
  }

  #accept(near: Socket, port: number): void {
    if (this.#refusing) {
      near.resetAndDestroy();
      return;
    }
    this.#accepted += 1;
    const far = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    const ways = [new Way(near, far, this), new Way(far, near, this)];
    const connection: Connection = { near, far, ways, openedInTheDark: this.#dark };
    this.#connections.add(connection);
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        if (socket === near || socket.errored) {
          near.destroy();
          far.destroy();
        }
        if (!near.destroyed || !far.destroyed) return;
        for (const way of ways) way.stop();
        this.#connections.delete(connection);
      });
    }
  }

  /** How many connections came through so far. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Whether nothing passes at present. */
  get dark(): boolean {
    return this.#dark;
  }

  /** Nothing passes and nothing breaks, as when the network is gone; after it TCP goes on at its own pace. */
  blackOut(dark: boolean): void {
    this.#dark = dark;
    if (dark) return;
    for (const { ways, openedInTheDark } of this.#connections) {
      for (const way of ways) way.wake(openedInTheDark ? FIRST_OPENING_RETRY_MS : FIRST_RETRY_MS);
    }
    for (const connection of this.#connections) connection.openedInTheDark = false;
  }

  /** Breaks every connection; new ones are let through at once. */
  cut(): void {
    for (const { near, far } of this.#connections) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  /** Breaks every connection and refuses new ones until `mend`. */
  keepCut(): void {
    this.#refusing = true;
    this.cut();
  }

  mend(): void {
    this.#refusing = false;
  }

  /** The same link, through here. */
  through(link: string): string {
    const url = new URL(link);
    url.host = new URL(this.origin).host;
    return url.href;
  }

  close(): void {
    this.cut();
    this.listener.close();
  }
}
