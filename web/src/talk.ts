// Carries what people write between the pure `room/talk.ts` and the socket: packs, sends, takes in, and keeps
// what was written while there was no way out. Nothing of it is stored.
import type { ClientMessage, Participant, Sealed } from "./protocol";
import { type Content, MOST_TEXT, type Reaction, cleaned, pack, unpack } from "./room/content";
import { editBetween } from "./room/edits";
import { isHost } from "./room/people";
import { type Author, type Plea, type Question, type TalkEvent, type TalkState, authorOf, initialTalk, talkAfter } from "./room/talk";

type Seal = Extract<ClientMessage, { type: "seal" }>;

export interface TalkWays {
  /** Sends now or as soon as the socket is back, and gives the frame's number; nothing while there is no place. */
  send(message: Seal): number | undefined;
  /** Ourselves, while we are in the room. */
  you(): Participant | undefined;
}

/** For everyone, in whatever group; hosts only. */
export const ALL_GROUPS = "allGroups";

/** Letters typed within this time go together: still soon enough to be read as they are typed. */
const TYPING_MS = 250;
const TICK_MS = 1_000;

/** A message on its way, until another one after it shows that the server took it. */
interface Sent {
  readonly id: string;
  readonly message: Seal;
}

export class Talk {
  readonly #ways: TalkWays;
  readonly #listeners = new Set<(talk: TalkState) => void>();
  readonly #typing: Letters;
  readonly #captions: Letters;
  #state: TalkState = initialTalk;
  /** Whether the chat is open before the person's eyes. */
  #reading = false;
  #line = 1;
  /** What was written while there was no place to send it from. */
  #waiting: Sent[] = [];
  /** The messages that frames carried, by number, to recognise a refusal. */
  readonly #carried = new Map<number, Sent>();
  readonly #ticks = setInterval(() => this.#apply({ type: "tick", at: Date.now() }), TICK_MS);

  constructor(ways: TalkWays) {
    this.#ways = ways;
    this.#typing = new Letters((edit, to) => this.#seal({ type: "typing", ...edit }, to));
    this.#captions = new Letters((edit) => this.#seal({ type: "caption", line: this.#line, ...edit }, undefined));
  }

  get state(): TalkState {
    return this.#state;
  }

  /** Calls back with the present state and after every change, until the returned function is called. */
  subscribe(listener: (talk: TalkState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  // ---- what this person does

  /** Writes to all, or to one. Gives false if there is nothing to send. */
  write(typed: string, to: Participant | typeof ALL_GROUPS | undefined): boolean {
    const you = this.#ways.you();
    const text = cleaned(typed).trim();
    if (text === "" || !you) return false;
    const id = randomId();
    const author = authorOf(you);
    const one = to === ALL_GROUPS ? undefined : to;
    const privateTo = one && authorOf(one);
    this.#apply({ type: "sent", message: { id, author, own: true, privateTo, text, at: Date.now(), failed: false } });
    // The message takes the place of its letters with those who saw them.
    this.#typing.forget();
    this.#post({ id, message: sealed({ type: "message", id, text }, to === ALL_GROUPS ? to : to?.id) });
    return true;
  }

  /** Writes to someone who waits before the room. They cannot answer, so it is no conversation here. */
  writeToWaiting(typed: string, to: { readonly id: string }): boolean {
    const text = cleaned(typed).trim();
    if (text === "") return false;
    return this.#ways.send(sealed({ type: "message", id: randomId(), text }, to.id)) !== undefined;
  }

  /** Shows what is being typed, as it is typed. Nothing typed takes it back. */
  type(text: string, to: Participant | undefined): void {
    this.#typing.become(text.slice(0, MOST_TEXT), to?.id);
  }

  react(reaction: Reaction): void {
    const you = this.#ways.you();
    if (!you) return;
    this.#apply({ type: "reacted", author: authorOf(you), reaction, at: Date.now() });
    this.#seal({ type: "reaction", reaction }, undefined);
  }

  /** The present line of the captions, as it is typed. */
  caption(text: string): void {
    const you = this.#ways.you();
    if (!you) return;
    const line = text.slice(0, MOST_TEXT);
    this.#captions.become(line, undefined);
    this.#apply({ type: "captioned", author: authorOf(you), line: this.#line, text: line });
  }

  /** Ends the line; the next letter begins another one. */
  endCaption(): void {
    this.#captions.flush();
    this.#captions.forget();
    this.#line += 1;
  }

  /** Asks someone to turn their microphone on. */
  ask(whom: Participant): void {
    this.#seal({ type: "plea", for: "microphone" }, whom.id);
  }

  /** Asks everyone, in these words. */
  asks(question: Omit<Question, "chosen">): void {
    this.#apply({ type: "asked", question });
    this.#seal({ type: "poll", ...question }, ALL_GROUPS);
  }

  chose(poll: number, option: number): void {
    this.#apply({ type: "chose", poll, option });
  }

  /** Someone came, or came back: hosts tell them what is asked at present, if anything is. */
  came(whom: Participant, asked: number | undefined): void {
    const { question } = this.#state;
    const you = this.#ways.you();
    if (!question || question.poll !== asked || !you || !isHost(you)) return;
    const { poll, question: words, answers } = question;
    this.#seal({ type: "poll", poll, question: words, answers }, whom.id);
  }

  /** The plea was followed or put aside. */
  answer(plea: Plea): void {
    this.#apply({ type: "answered", plea });
  }

  /** Says whether the chat is open before the person's eyes. */
  read(reading: boolean): void {
    this.#reading = reading;
    if (reading) this.#apply({ type: "read" });
  }

  // ---- what happens

  received(from: Participant, you: Author, content: Sealed): void {
    const unpacked = unpack(content.bytes);
    if (!unpacked) return;
    const alone = content.to.type === "one";
    this.#apply({ type: "received", from, alone, you: authorOf(you), content: unpacked, at: Date.now(), reading: this.#reading });
  }

  gone(participant: string): void {
    this.#apply({ type: "gone", participant });
  }

  /** A frame was refused: if it carried a message, its writer must know. */
  refused(frame: number): void {
    const sent = this.#carried.get(frame);
    if (sent) this.#apply({ type: "failed", id: sent.id });
  }

  /** The place is gone. What of it the server never confirmed is sent again from the next one. */
  lost(unconfirmed: readonly ClientMessage[]): void {
    const again = [...this.#carried.values()].filter(({ message }) => unconfirmed.includes(message));
    this.#waiting = [...again, ...this.#waiting];
    this.#carried.clear();
    this.#typing.forget();
    this.#captions.forget();
  }

  /** There is a place again. */
  entered(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const sent of waiting) this.#post(sent);
  }

  close(): void {
    clearInterval(this.#ticks);
    this.#typing.forget();
    this.#captions.forget();
  }

  #post(sent: Sent): void {
    const frame = this.#ways.send(sent.message);
    if (frame === undefined) this.#waiting.push(sent);
    else this.#carried.set(frame, sent);
  }

  #seal(content: Content, to: string | undefined): void {
    this.#ways.send(sealed(content, to));
  }

  #apply(event: TalkEvent): void {
    const next = talkAfter(this.#state, event);
    if (next === this.#state) return;
    this.#state = next;
    for (const listener of this.#listeners) listener(next);
  }
}

/** A text that grows before others' eyes. */
class Letters {
  readonly #send: (edit: { keep: number; add: string }, to: string | undefined) => void;
  #shown = "";
  #text = "";
  #to: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (edit: { keep: number; add: string }, to: string | undefined) => void) {
    this.#send = send;
  }

  become(text: string, to: string | undefined): void {
    if (to !== this.#to) {
      // Those who saw it so far see no more of it.
      if (this.#shown !== "") this.#send({ keep: 0, add: "" }, this.#to);
      this.#shown = "";
      this.#to = to;
    }
    this.#text = text;
    if (text !== this.#shown) this.#timer ??= setTimeout(() => this.flush(), TYPING_MS);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#text === this.#shown) return;
    this.#send(editBetween(this.#shown, this.#text), this.#to);
    this.#shown = this.#text;
  }

  /** The next letter begins anew. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#shown = "";
    this.#text = "";
  }
}

function sealed(content: Content, to: string | undefined): Seal {
  const recipient: Sealed["to"] =
    to === undefined ? { type: "everyone" } : to === ALL_GROUPS ? { type: "allGroups" } : { type: "one", participant: to };
  return { type: "seal", sealed: { kind: "chat", to: recipient, bytes: pack(content) } };
}

function randomId(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
