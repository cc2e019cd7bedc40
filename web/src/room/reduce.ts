// The pure twin of the server's `rooms` crate: every event gives the next state, and nothing else happens.
// Offers, answers and pings are the connection's business and pass through without a trace.
import type { Arrangement, Knock, Participant, Refusal, ServerMessage, SlotFill, TrackOf } from "../protocol";
import { type Ending, type MediaState, type RoomState, initialRoom } from "./state";

/** Everything that can change what a person sees. */
export type RoomEvent =
  /** The server let us in, for the first time or again. */
  | {
      readonly type: "entered";
      readonly you: string;
      readonly clock?: number;
      readonly participants: readonly Participant[];
      readonly knocks?: readonly Knock[];
      readonly arrangement?: Arrangement;
    }
  /** The server has us wait before the room. */
  | { readonly type: "waiting"; readonly you: string }
  /** The socket is back and nothing was missed. */
  | { readonly type: "resumed" }
  /** The socket has been gone for long enough to say so. */
  | { readonly type: "signalBroken" }
  /** Our place is gone; we enter anew by ourselves. */
  | { readonly type: "returning" }
  | { readonly type: "media"; readonly media: MediaState }
  | { readonly type: "message"; readonly message: ServerMessage }
  /** A rule keeps us out. */
  | { readonly type: "refused"; readonly refusal: Refusal }
  | { readonly type: "left" };

export function reduce(room: RoomState, event: RoomEvent): RoomState {
  // After the end nothing comes back to life; whoever wants to return makes a new room.
  if (room.ending) return room;
  switch (event.type) {
    case "entered":
      // A new place has a new connection with empty slots, even where the old one still shows a picture.
      return {
        ...room,
        signal: "open",
        you: event.you,
        waiting: false,
        knocks: event.knocks ?? [],
        arrangement: event.arrangement ?? {},
        clock: event.clock ?? room.clock,
        participants: inOrder(event.participants),
        slots: new Map(),
        paused: new Set(),
        speaking: [],
      };
    case "waiting":
      return outside(room, event.you);
    case "resumed":
      return { ...room, signal: "open" };
    case "signalBroken":
      // Who speaks is the server's to say; until it speaks again, nobody is marked.
      return room.signal === "open" ? { ...room, signal: "broken", speaking: [] } : room;
    case "returning":
      return room.you === undefined ? room : { ...room, signal: "returning", speaking: [] };
    case "media":
      return room.media === event.media ? room : { ...room, media: event.media };
    case "refused":
      return ended(room, { type: "refused", refusal: event.refusal });
    case "left":
      return ended(room, { type: "left" });
    case "message":
      return afterMessage(room, event.message);
  }
}

/** Before the room: whatever was known of it is known no more. */
function outside(room: RoomState, you: string | undefined): RoomState {
  return { ...initialRoom, signal: "open", media: room.media, you, waiting: true };
}

function afterMessage(room: RoomState, message: ServerMessage): RoomState {
  switch (message.type) {
    case "joined":
    case "changed": {
      const next = { ...room, participants: inOrder([...without(room, message.participant.id), message.participant]) };
      // Whoever is host no longer is not told any more who waits, nor who has stopped waiting.
      const own = message.participant.id === room.you;
      return own && message.participant.role === undefined ? { ...next, knocks: [] } : next;
    }
    case "left":
      return {
        ...withSlots(room, new Map([...room.slots].filter(([, track]) => track.participant !== message.participant))),
        participants: without(room, message.participant),
        speaking: room.speaking.filter((id) => id !== message.participant),
      };
    case "sentBack":
      return outside(room, room.you);
    case "knocking":
      return { ...room, knocks: [...room.knocks.filter(({ id }) => id !== message.knock.id), message.knock].sort(byWait) };
    case "knockEnded":
      return { ...room, knocks: room.knocks.filter(({ id }) => id !== message.participant) };
    case "arranged":
      return { ...room, arrangement: message.arrangement };
    case "slots":
      return withSlots(room, refilled(room.slots, message.slots));
    case "paused":
      return { ...room, paused: new Set(message.slots) };
    case "speaking":
      return { ...room, speaking: message.participants };
    case "closing":
      switch (message.reason) {
        case "replaced":
          return ended(room, { type: "replaced" });
        case "removed":
          return ended(room, { type: "removed" });
        case "withdrawn":
          return ended(room, { type: "withdrawn" });
        case "ended":
          return ended(room, { type: "over" });
        case "restart":
        case "lost":
          return { ...room, signal: "returning", speaking: [] };
      }
      return room;
    // Being let in is entering, and comes as that.
    case "admitted":
    case "answer":
    case "demand":
    case "refused":
    case "sealed":
    case "stopped":
    case "pong":
      return room;
  }
  // A message of a newer server: its number was counted, its meaning is left to newer clients.
  message satisfies never;
  return room;
}

function ended(room: RoomState, ending: Ending): RoomState {
  return { ...room, ending, slots: new Map(), paused: new Set(), speaking: [] };
}

function without(room: RoomState, id: string): readonly Participant[] {
  return room.participants.filter((participant) => participant.id !== id);
}

function byWait(one: Knock, other: Knock): number {
  return one.since - other.since || (one.id < other.id ? -1 : 1);
}

function inOrder(participants: readonly Participant[]): readonly Participant[] {
  return [...participants].sort((one, other) => one.number - other.number);
}

function refilled(slots: ReadonlyMap<string, TrackOf>, changed: readonly SlotFill[]): ReadonlyMap<string, TrackOf> {
  const next = new Map(slots);
  for (const { mid, track } of changed) {
    if (track) next.set(mid, track);
    else next.delete(mid);
  }
  return next;
}

/** What was held back was someone's picture: a slot that changes hands starts without the mark. */
function withSlots(room: RoomState, slots: ReadonlyMap<string, TrackOf>): RoomState {
  const kept = (mid: string) => {
    const [before, now] = [room.slots.get(mid), slots.get(mid)];
    return before === undefined || (before.participant === now?.participant && before.source === now.source);
  };
  return { ...room, slots, paused: new Set([...room.paused].filter(kept)) };
}
