// Numbers make a broken socket harmless: what we said is kept until the other side has it, what we heard
// twice is dropped. This file counts; `rtc/socket.ts` sends.
import type { ClientMessage, Frame } from "../protocol";

/** What to do with a frame that came in. */
export type Arrival =
  /** New, or outside the numbering. */
  | "fresh"
  /** Had it before the socket broke. */
  | "duplicate"
  /** One before it is missing, which an honest socket never does. */
  | "gap";

export class Outbox {
  #lastSent = 0;
  #lastReceived = 0;
  #acknowledged = 0;
  /** What the other side has been told of `#lastReceived`. */
  #lastAckSent = 0;
  readonly #kept: { seq: number; message: ClientMessage }[] = [];

  /** The number of the last message that came in, for a resume. */
  get lastReceived(): number {
    return this.#lastReceived;
  }

  /** Whether something came in that the other side does not yet know to have arrived. */
  get owesAck(): boolean {
    return this.#lastAckSent < this.#lastReceived;
  }

  /** What the other side is not known to have, oldest first. */
  get unconfirmed(): readonly ClientMessage[] {
    return this.#kept.map(({ message }) => message);
  }

  /** Numbers a message and keeps it until it is acknowledged. */
  post(message: ClientMessage): Frame<ClientMessage> {
    this.#lastSent += 1;
    const seq = this.#lastSent;
    this.#kept.push({ seq, message });
    return this.#frame(seq, message);
  }

  /** Wraps a message that nobody repeats. */
  passing(message: ClientMessage): Frame<ClientMessage> {
    return this.#frame(0, message);
  }

  /** Looks at the numbers of a frame that came in. */
  arrive(seq: number, ack: number): Arrival {
    this.#acknowledge(ack);
    if (seq === 0) return "fresh";
    if (seq <= this.#lastReceived) return "duplicate";
    if (seq !== this.#lastReceived + 1) return "gap";
    this.#lastReceived = seq;
    return "fresh";
  }

  /** After a resume: what the other side has not received, in order. */
  resume(ack: number): readonly Frame<ClientMessage>[] {
    this.#acknowledge(ack);
    return this.#kept.map(({ seq, message }) => this.#frame(seq, message));
  }

  #acknowledge(ack: number): void {
    if (ack <= this.#acknowledged || ack > this.#lastSent) return;
    this.#acknowledged = ack;
    while (this.#kept[0] && this.#kept[0].seq <= ack) this.#kept.shift();
  }

  #frame(seq: number, message: ClientMessage): Frame<ClientMessage> {
    this.#lastAckSent = this.#lastReceived;
    return { seq, ack: this.#lastReceived, message };
  }
}
