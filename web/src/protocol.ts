// Generated from crates/protocol by `cargo xtask generate`. Do not edit: change the Rust types.

export const PROTOCOL_VERSION = 1;
export const MAX_FRAME_BYTES = 65536;
export const MAX_NAME_CHARS = 60;
export const MAX_SEALED_BYTES = 16384;
export const MAX_PARTICIPANTS = 512;

/**
 * A rule's "no", or the reason why input was not understood.
 */
export type Refusal = "versionUnsupported" | "malformed" | "tooLarge" | "tooFast" | "outOfPlace" | "meetingUnknown" | "meetingNotAllowed" | "roomFull" | "serverFull" | "grantInvalid" | "resumeUnknown" | "offerInvalid" | "participantUnknown" | "originForeign" | "closing";

/**
 * Written content between people, opaque to the server.
 *
 * A tidy test forbids text fields for content anywhere else in the protocol, so that what people write
 * has exactly one way, and that way is closed to the server.
 */
export type Sealed = { 
/**
 * What the bytes are for; lets a client route them without opening them.
 */
kind: SealedKind, 
/**
 * Who shall receive them.
 */
to: Recipient, 
/**
 * The content, base64 (RFC 4648 section 4), at most 16 KiB before encoding.
 */
bytes: SealedBytes, };

/**
 * What sealed bytes are for.
 */
export type SealedKind = "chat";

/**
 * Who receives sealed bytes.
 */
export type Recipient = { "type": "everyone", } | { "type": "one", 
/**
 * Who.
 */
participant: string, };

/**
 * Base64 text that is never decoded here and never printed.
 */
export type SealedBytes = string;

/**
 * The first frame of a client.
 */
export type Opening = { "type": "enter", 
/**
 * The protocol version that the client speaks.
 */
version: number, 
/**
 * The ticket from `POST /api/entries`.
 */
grant: string, 
/**
 * Name or pseudonym; absent for none.
 */
name?: string, 
/**
 * The place that this client held until its page was reloaded; taken over if it still exists.
 */
replaces?: string, } | { "type": "resume", 
/**
 * The protocol version that the client speaks.
 */
version: number, 
/**
 * The token from [`Opened::Entered`].
 */
token: string, 
/**
 * The number of the last frame that the client received.
 */
ack: number, };

/**
 * The first frame of the server.
 */
export type Opened = { "type": "entered", 
/**
 * The protocol version that both speak from here on.
 */
version: number, 
/**
 * Who the client is.
 */
you: string, 
/**
 * The secret for [`Opening::Resume`] and `replaces`.
 */
resume: string, 
/**
 * For how long after losing its socket the client may resume, in milliseconds.
 */
resumeWithinMs: number, 
/**
 * What the room's clock shows, in milliseconds: raised hands are counted on it.
 */
clockMs: number, 
/**
 * Everyone in the room, the client included, in the order of their `number`.
 */
participants: Array<Participant>, } | { "type": "resumed", 
/**
 * The number of the last frame that the server received.
 */
ack: number, } | { "type": "refused", 
/**
 * Why.
 */
refusal: Refusal, };

/**
 * A numbered message. `M` is [`ClientMessage`] or [`ServerMessage`].
 */
export type Frame<M> = { 
/**
 * The sender's number of this message, from 1; 0 for one that is not repeated after a resume.
 */
seq: number, 
/**
 * The highest number received from the other side.
 */
ack: number, 
/**
 * The message.
 */
message: M, };

/**
 * What a client says.
 */
export type ClientMessage = { "type": "offer", 
/**
 * The client's own number of this offer, repeated in the answer.
 */
offer: number, 
/**
 * The session description (RFC 8866), with `sendonly` and `recvonly` m-lines only.
 */
sdp: string, 
/**
 * What each `sendonly` m-line carries.
 */
sends: Array<Send>, 
/**
 * What each `recvonly` m-line is for.
 */
receives: Array<Receive>, 
/**
 * True for a new connection that takes the place of the one before, false for a further offer
 * on the same one.
 */
fresh: boolean, } | { "type": "publish", 
/**
 * Whether the microphone is on.
 */
microphone: boolean, 
/**
 * Whether the camera is on.
 */
camera: boolean, 
/**
 * Whether music is played.
 */
music: boolean, 
/**
 * Whether a screen, a window, a film or pages are shown.
 */
screen?: boolean, 
/**
 * The simulcast layers of the camera, smallest first: the m-line's rids `l`, `m`, `h` in this
 * order. Empty when the camera is off, or when its only layer has no rid. The server reads no
 * picture, so it must be told.
 */
layers: Array<Layer>, 
/**
 * The same for what is shown: both layers have its full size, and the first has fewer frames.
 */
screenLayers?: Array<Layer>, } | { "type": "watch", 
/**
 * The visible tiles. Slots are filled in this order.
 */
tiles: Array<Tile>, } | { "type": "hand", 
/**
 * Whether it is up from now on.
 */
raised: boolean, } | { "type": "quality", 
/**
 * In one word.
 */
quality: Quality, } | { "type": "task", 
/**
 * Who.
 */
participant: string, 
/**
 * Which.
 */
task: Task, 
/**
 * Whether they have it from now on.
 */
given: boolean, } | { "type": "seal", 
/**
 * What, and for whom.
 */
sealed: Sealed, } | { "type": "ping", } | { "type": "leave", };

/**
 * What the server says.
 */
export type ServerMessage = { "type": "answer", 
/**
 * The number that the client gave the offer.
 */
offer: number, 
/**
 * The session description.
 */
sdp: string, } | { "type": "joined", 
/**
 * Who.
 */
participant: Participant, } | { "type": "changed", 
/**
 * Who, and how they are now.
 */
participant: Participant, } | { "type": "left", 
/**
 * Who.
 */
participant: string, } | { "type": "slots", 
/**
 * One entry for each slot that changed.
 */
slots: Array<SlotFill>, } | { "type": "paused", 
/**
 * The slots' `mid`s.
 */
slots: string[], } | { "type": "demand", 
/**
 * The track.
 */
source: Source, 
/**
 * One entry for each layer, smallest first; a single one for a track without layers.
 */
layers: Array<boolean>, } | { "type": "speaking", 
/**
 * Speakers, loudest first.
 */
participants: string[], } | { "type": "sealed", 
/**
 * Who wrote it; set by the server.
 */
from: string, 
/**
 * What.
 */
sealed: Sealed, } | { "type": "refused", 
/**
 * Why.
 */
refusal: Refusal, 
/**
 * The number of the refused frame, where it could be read.
 */
about?: number, } | { "type": "closing", 
/**
 * Why, and what to do next.
 */
reason: ClosingReason, } | { "type": "pong", };

/**
 * Why the server ends a participant's stay.
 */
export type ClosingReason = "restart" | "replaced" | "lost";

/**
 * Someone in the room.
 */
export type Participant = { 
/**
 * Who.
 */
id: string, 
/**
 * The order of arrival in this room, from 1; names those who gave no name ("Gast 3").
 */
number: number, 
/**
 * Name or pseudonym, normalised: no control characters, no line breaks, at most 60 characters.
 */
name?: string, 
/**
 * Whether the microphone is on.
 */
microphone: boolean, 
/**
 * Whether the camera is on.
 */
camera: boolean, 
/**
 * Whether music is played.
 */
music: boolean, 
/**
 * Whether a screen, a window, a film or pages are shown.
 */
screen?: boolean, 
/**
 * How the participant is connected.
 */
link: Link, 
/**
 * When the hand was raised, in milliseconds of the room's clock; absent when it is down. No two in a room
 * are the same, and the lowest waits longest.
 */
hand?: number, 
/**
 * How well the connection carries the meeting, as this participant's client says; absent until it has.
 */
quality?: Quality, 
/**
 * What this participant does for the others, each once.
 */
tasks?: Array<Task>, };

/**
 * How a participant is connected.
 */
export type Link = "connecting" | "connected" | "reconnecting";

/**
 * How well a connection carries the meeting.
 */
export type Quality = "good" | "fair" | "poor";

/**
 * Something that a participant does for the others.
 */
export type Task = "captions" | "interpreter";

/**
 * What a track is of.
 */
export type Source = "microphone" | "camera" | "music" | "screen";

/**
 * One simulcast layer of a picture.
 */
export type Layer = { 
/**
 * Width of the encoded picture, in pixels.
 */
width: number, 
/**
 * Height of the encoded picture, in pixels.
 */
height: number, 
/**
 * The most that its sender lets it take, in bits a second; absent for what pictures of its size take as
 * a rule.
 */
maxBps?: number, 
/**
 * Whether it is AV1, which not every viewer decodes.
 */
av1?: boolean, };

/**
 * What a slot is for.
 */
export type SlotKind = "voice" | "music" | "video" | "screen";

/**
 * A `sendonly` m-line.
 */
export type Send = { 
/**
 * Its `mid`.
 */
mid: string, 
/**
 * What it carries.
 */
source: Source, 
/**
 * Whether its Opus packets hold the redundancy of RFC 2198, put there by the client itself because its
 * browser does not know the `red` format. The server cannot look into a sealed payload.
 */
red?: boolean, 
/**
 * Whether it carries the first layer of a screen in AV1, which draws letters with a third of the bits; the other
 * layers are on a line of their own.
 */
av1?: boolean, };

/**
 * A `recvonly` m-line.
 */
export type Receive = { 
/**
 * Its `mid`.
 */
mid: string, 
/**
 * What it is for.
 */
kind: SlotKind, };

/**
 * One visible tile.
 */
export type Tile = { 
/**
 * Whose.
 */
participant: string, 
/**
 * Of what.
 */
source: Source, 
/**
 * Width on the screen, in device pixels.
 */
width: number, 
/**
 * Height on the screen, in device pixels.
 */
height: number, 
/**
 * Whether the viewer fixed it: it is given bandwidth before those that are not.
 */
pinned?: boolean, };

/**
 * What one slot carries.
 */
export type SlotFill = { 
/**
 * The slot's `mid`.
 */
mid: string, 
/**
 * The track in it; absent when the slot is empty.
 */
track?: TrackOf, };

/**
 * A published track, as participants know it.
 */
export type TrackOf = { 
/**
 * Whose.
 */
participant: string, 
/**
 * Of what.
 */
source: Source, };

/**
 * Answer to `GET /api/instance`: what a visitor may know of this server before entering anything.
 */
export type Instance = { 
/**
 * The version of the server.
 */
version: string, 
/**
 * Whether anyone may open a meeting here.
 */
openRooms: boolean, };

/**
 * Answer to `POST /api/meetings`: a meeting that did not exist before. The secret part of its link is
 * made by the client and never told to the server.
 */
export type NewMeeting = { 
/**
 * The new meeting's identifier.
 */
meeting: string, };

/**
 * Body of `POST /api/entries`: someone wants to enter a meeting.
 */
export type EntryRequest = { 
/**
 * Which meeting.
 */
meeting: string, };

/**
 * Answer to `POST /api/entries`: the way in.
 */
export type Entry = { 
/**
 * The ticket for the first frame on the signalling socket. Valid for one minute.
 */
grant: string, 
/**
 * Where that socket is: a path on this server, or a `wss:` address of the node that holds the room.
 */
signal: string, };

/**
 * An error body after RFC 9457, `application/problem+json`.
 */
export type Problem = { 
/**
 * `about:blank`, as RFC 9457 section 4.2.1 has it where the status says enough.
 */
type: string, 
/**
 * The HTTP status in words.
 */
title: string, 
/**
 * The HTTP status.
 */
status: number, 
/**
 * The stable code that a client acts on.
 */
code: Refusal, };
