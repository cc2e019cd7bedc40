// A TCP relay in front of the program's HTTP port. The page is opened through it, so its signalling socket can be cut
// while media goes straight to the media port and never passes here.

import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

export class Scissors {
  readonly #pairs = new Set<[Socket, Socket]>();
  #refusing = false;
  #accepted = 0;

  private constructor(
    readonly listener: Server,
    readonly origin: string,
  ) {}

  static async before(port: number): Promise<Scissors> {
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const scissors = new Scissors(listener, `http://localhost:${(listener.address() as AddressInfo).port}`);
    listener.on("connection", (near) => {
      if (scissors.#refusing) {
        near.resetAndDestroy();
        return;
      }
      scissors.#accepted += 1;
      const far = connect(port, "127.0.0.1");
      const pair: [Socket, Socket] = [near, far];
      scissors.#pairs.add(pair);
      near.pipe(far);
      far.pipe(near);
      for (const socket of pair) {
        socket.on("error", () => undefined);
        socket.on("close", () => {
          near.destroy();
          far.destroy();
          scissors.#pairs.delete(pair);
        });
      }
    });
    return scissors;
  }

  /** How many connections came through so far. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Breaks every connection; new ones are let through at once. */
  cut(): void {
    for (const [near, far] of this.#pairs) {
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
