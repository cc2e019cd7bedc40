// Everything written and shown in a room, as one participant has it: a value, replaced whole. It lives in the
// page and nowhere else, and is gone with it.
import type { Participant } from "../protocol";
import type { Content, Reaction } from "./content";
import { MOST_TEXT } from "./content";
import { applyEdit } from "./edits";
import { isHost } from "./people";

/** Whoever wrote: kept with the message, because they may leave. */
export type Author = Pick<Participant, "id" | "number" | "name">;

export interface Message {
  readonly id: string;
  readonly author: Author;
  readonly own: boolean;
  /** The only other one who reads it; absent when it is for all. */
  readonly privateTo: Author | undefined;
  readonly text: string;
  /** In milliseconds since 1970. */
  readonly at: number;
  /** It did not reach anyone: whom it was for is gone. */
  readonly failed: boolean;
}

/** What someone types at this moment. */
export interface Draft {
  readonly author: Author;
  readonly private: boolean;
  readonly text: string;
}

export interface Caption {
  readonly author: Author;
  readonly line: number;
  readonly text: string;
}

export interface Shown {
  readonly author: Author;
  readonly reaction: Reaction;
  readonly at: number;
}

export interface Plea {
  readonly author: Author;
  readonly for: "microphone";
}

/** The words of the poll. */
export interface Question {
  readonly poll: number;
  readonly question: string;
  readonly answers: readonly string[];
  /** What we chose. */
  readonly chosen: number | undefined;
}

export interface TalkState {
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** By participant. */
  readonly drafts: ReadonlyMap<string, Draft>;
  /** The last lines, oldest first. */
  readonly captions: readonly Caption[];
  /** The last reaction of each participant. */
  readonly reactions: ReadonlyMap<string, Shown>;
  readonly pleas: readonly Plea[];
  /** The last one that was asked. */
  readonly question: Question | undefined;
  /** Messages of others that came while the chat was closed. */
  readonly unread: number;
}

export const initialTalk: TalkState = {
  messages: [],
  drafts: new Map(),
  captions: [],
  reactions: new Map(),
  pleas: [],
  question: undefined,
  unread: 0,
};

/** More than anyone scrolls back through; the oldest go. */
const MOST_MESSAGES = 1_000;
const MOST_CAPTIONS = 3;
/** More people at once ask nobody. */
const MOST_PLEAS = 3;
/** For how long a reaction is seen. */
export const REACTION_MS = 6_000;

export type TalkEvent =
  /** Someone sent a content, to all or to us alone. */
  | { readonly type: "received"; readonly from: Participant; readonly alone: boolean; readonly you: Author; readonly content: Content; readonly at: number; readonly reading: boolean }
  /** We sent a message. */
  | { readonly type: "sent"; readonly message: Message }
  | { readonly type: "failed"; readonly id: string }
  | { readonly type: "read" }
  /** Someone left: what they had begun to type is not finished any more. */
  | { readonly type: "gone"; readonly participant: string }
  | { readonly type: "reacted"; readonly author: Author; readonly reaction: Reaction; readonly at: number }
  | { readonly type: "captioned"; readonly author: Author; readonly line: number; readonly text: string }
  | { readonly type: "answered"; readonly plea: Plea }
  /** We ask everyone. */
  | { readonly type: "asked"; readonly question: Omit<Question, "chosen"> }
  | { readonly type: "chose"; readonly poll: number; readonly option: number }
  /** Time has passed. */
  | { readonly type: "tick"; readonly at: number };

export function talkAfter(talk: TalkState, event: TalkEvent): TalkState {
  switch (event.type) {
    case "received":
      return afterContent(talk, event);
    case "sent":
      return { ...talk, messages: newest([...talk.messages, event.message]) };
    case "failed":
      return { ...talk, messages: talk.messages.map((one) => (one.id === event.id ? { ...one, failed: true } : one)) };
    case "read":
      return talk.unread === 0 ? talk : { ...talk, unread: 0 };
    case "gone":
      return {
        ...talk,
        drafts: withoutKey(talk.drafts, event.participant),
        reactions: withoutKey(talk.reactions, event.participant),
        pleas: talk.pleas.filter(({ author }) => author.id !== event.participant),
      };
    case "reacted":
      return withReaction(talk, event);
    case "captioned":
      return withCaption(talk, { author: event.author, line: event.line, text: event.text });
    case "answered":
      return { ...talk, pleas: talk.pleas.filter((plea) => plea !== event.plea) };
    case "asked":
      return { ...talk, question: { ...event.question, chosen: undefined } };
    case "chose":
      return talk.question?.poll === event.poll ? { ...talk, question: { ...talk.question, chosen: event.option } } : talk;
    case "tick": {
      const fresh = new Map([...talk.reactions].filter(([, { at }]) => event.at - at < REACTION_MS));
      return fresh.size === talk.reactions.size ? talk : { ...talk, reactions: fresh };
    }
  }
}

function afterContent(talk: TalkState, event: Extract<TalkEvent, { type: "received" }>): TalkState {
  const { from, alone, you, content, at, reading } = event;
  const author: Author = authorOf(from);
  switch (content.type) {
    case "message": {
      const drafts = withoutKey(talk.drafts, from.id);
      if (talk.messages.some(({ id }) => id === content.id)) return { ...talk, drafts };
      const { id, text } = content;
      const message = { id, author, own: false, privateTo: alone ? you : undefined, text, at, failed: false };
      return { ...talk, drafts, messages: newest([...talk.messages, message]), unread: reading ? 0 : talk.unread + 1 };
    }
    case "typing": {
      const before = talk.drafts.get(from.id);
      // Who turns from all to one begins anew; nothing of the one may be taken for the other.
      const text = applyEdit(before?.private === alone ? before.text : "", content, MOST_TEXT);
      if (text === "") return { ...talk, drafts: withoutKey(talk.drafts, from.id) };
      return { ...talk, drafts: new Map(talk.drafts).set(from.id, { author, private: alone, text }) };
    }
    case "caption": {
      if (alone || !from.tasks?.includes("captions")) return talk;
      const before = talk.captions.find((one) => one.author.id === from.id && one.line === content.line);
      return withCaption(talk, { author, line: content.line, text: applyEdit(before?.text ?? "", content, MOST_TEXT) });
    }
    case "reaction":
      return withReaction(talk, { author, reaction: content.reaction, at });
    case "poll": {
      // Only hosts ask everyone. The same words again are for those who came late.
      if (!isHost(from) || talk.question?.poll === content.poll) return talk;
      const { poll, question, answers } = content;
      return { ...talk, question: { poll, question, answers, chosen: undefined } };
    }
    case "plea": {
      const known = talk.pleas.some((plea) => plea.author.id === from.id);
      if (!alone || known || talk.pleas.length >= MOST_PLEAS) return talk;
      return { ...talk, pleas: [...talk.pleas, { author, for: content.for }] };
    }
  }
}

export function authorOf({ id, number, name }: Author): Author {
  return name === undefined ? { id, number } : { id, number, name };
}

function withCaption(talk: TalkState, caption: Caption): TalkState {
  const same = (one: Caption) => one.author.id === caption.author.id && one.line === caption.line;
  const captions = talk.captions.some(same)
    ? talk.captions.map((one) => (same(one) ? caption : one))
    : [...talk.captions, caption].slice(-MOST_CAPTIONS);
  return { ...talk, captions };
}

function withReaction(talk: TalkState, { author, reaction, at }: Shown): TalkState {
  return { ...talk, reactions: new Map(talk.reactions).set(author.id, { author, reaction, at }) };
}

function newest(messages: readonly Message[]): readonly Message[] {
  return messages.slice(-MOST_MESSAGES);
}

function withoutKey<Value>(map: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> {
  if (!map.has(key)) return map;
  const next = new Map(map);
  next.delete(key);
  return next;
}
