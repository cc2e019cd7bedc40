// What one person sees of a room: a value, replaced whole by `reduce`. Nothing here knows a browser, a
// socket or a clock.
import type { Arrangement, Knock, Participant, Refusal, Rule, TrackOf } from "../protocol";
import { isHost } from "./people";

/** How the page is connected to the server's signalling. */
export type SignalState =
  /** On the way in for the first time. */
  | "entering"
  /** All is well, or broken for so short a time that nobody needs to know. */
  | "open"
  /** Broken for longer than a moment; the place is still ours. */
  | "broken"
  /** The place is gone; the page is on its way back in by itself. */
  | "returning";

/** How our own picture and sound travel. */
export type MediaState = "connecting" | "connected" | "interrupted";

/** Why there is no room any more, where coming back by itself would be wrong or useless. */
export type Ending =
  | { readonly type: "left" }
  | { readonly type: "replaced" }
  /** A host has sent us away. */
  | { readonly type: "removed" }
  /** We agree no more to what we agreed to. */
  | { readonly type: "withdrawn" }
  /** A host has ended the meeting. */
  | { readonly type: "over" }
  | { readonly type: "refused"; readonly refusal: Refusal };

/** What goes on in a room, as one participant knows it. */
export interface RoomState {
  readonly signal: SignalState;
  readonly media: MediaState;
  /** Our own identifier; absent until the server has let us in. */
  readonly you: string | undefined;
  /** We wait before the room and know nothing of it. */
  readonly waiting: boolean;
  /** For hosts: who waits before the room, in the order of their coming. */
  readonly knocks: readonly Knock[];
  /** What hosts have arranged. */
  readonly arrangement: Arrangement;
  /** When the room's clock stood at zero, in milliseconds since 1970 on this machine. */
  readonly clock: number;
  /** Everyone, ourselves included, in the order of their numbers. */
  readonly participants: readonly Participant[];
  /** Which track fills which of our receiving slots, by `mid`. */
  readonly slots: ReadonlyMap<string, TrackOf>;
  /** The slots whose picture waits for a better network on our side, by `mid`. */
  readonly paused: ReadonlySet<string>;
  /** Who is heard, loudest first. */
  readonly speaking: readonly string[];
  readonly ending: Ending | undefined;
}

export const initialRoom: RoomState = {
  signal: "entering",
  media: "connecting",
  you: undefined,
  waiting: false,
  knocks: [],
  arrangement: {},
  clock: 0,
  participants: [],
  slots: new Map(),
  paused: new Set(),
  speaking: [],
  ending: undefined,
};

/** Ourselves, as the server sees us. */
export function ourselves(room: RoomState): Participant | undefined {
  return room.participants.find((participant) => participant.id === room.you);
}

/** Whether we look after the room. */
export function hosts(room: RoomState): boolean {
  const own = ourselves(room);
  return own !== undefined && isHost(own);
}

/** Whether a rule holds at present. */
export function holds({ arrangement }: Pick<RoomState, "arrangement">, rule: Rule): boolean {
  return arrangement.rules?.includes(rule) ?? false;
}

/** Those with whom we share sound and pictures, ourselves included: our own group, where the room is split. */
export function near(room: RoomState): readonly Participant[] {
  const group = ourselves(room)?.group;
  return room.participants.filter((participant) => participant.group === group);
}

/** Everyone but ourselves, in the steady order of their numbers. */
export function others(room: RoomState): readonly Participant[] {
  return room.participants.filter((participant) => participant.id !== room.you);
}

/** Others who are in one state of the room and not in another. */
export function missingFrom(absent: RoomState, present: RoomState): readonly Participant[] {
  const known = new Set(absent.participants.map(({ id }) => id));
  return others(present).filter(({ id }) => !known.has(id));
}

/** The slot that shows this participant's camera or screen, if one does. */
export function slotShowing(room: RoomState, participant: string, source: TrackOf["source"]): string | undefined {
  for (const [mid, track] of room.slots) {
    if (track.participant === participant && track.source === source) return mid;
  }
  return undefined;
}

/** Whether pictures begin to be held back between two moments: the one time when it is worth saying. */
export function beginsToPause(before: RoomState, now: RoomState): boolean {
  return before.paused.size === 0 && now.paused.size > 0;
}
