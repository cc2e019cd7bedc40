// Generated from crates/protocol by `cargo xtask generate`. Do not edit: change the Rust types.

export const PROTOCOL_VERSION = 1;
export const MAX_FRAME_BYTES = 65536;
export const MAX_NAME_CHARS = 60;
export const MAX_SEALED_BYTES = 16384;
export const MAX_PARTICIPANTS = 512;
export const MIN_LOGIN_CHARS = 3;
export const MAX_LOGIN_CHARS = 100;
export const MAX_CHROMA = 150;
export const MIN_STRETCH_ROUNDS = 210000;

/**
 * A rule's "no", or the reason why input was not understood.
 */
export type Refusal = "versionUnsupported" | "malformed" | "tooLarge" | "tooFast" | "outOfPlace" | "meetingUnknown" | "meetingNotAllowed" | "roomFull" | "roomLocked" | "serverFull" | "grantInvalid" | "resumeUnknown" | "offerInvalid" | "participantUnknown" | "loginNeeded" | "loginWrong" | "loginTaken" | "codeNeeded" | "codeWrong" | "sheetWrong" | "passkeyWrong" | "loginStale" | "organisationWrong" | "notAllowed" | "invitationUnknown" | "passwordNeeded" | "passwordWrong" | "linkEnded" | "consentMissing" | "noticeChanged" | "meetingCancelled" | "meetingOver" | "unknown" | "tooMany" | "unavailable" | "busy" | "originForeign" | "addressNotAllowed" | "closing";

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
export type Recipient = { "type": "everyone", } | { "type": "allGroups", } | { "type": "one", 
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
participants: Array<Participant>, 
/**
 * For hosts: who waits before the room, in the order of their coming. For others always empty.
 */
knocks?: Array<Knock>, 
/**
 * What hosts have arranged; absent for nothing.
 */
arrangement?: Arrangement, } | { "type": "waiting", 
/**
 * The protocol version that both speak from here on.
 */
version: number, 
/**
 * Who the client is, here and later inside.
 */
you: string, 
/**
 * The secret for [`Opening::Resume`] and `replaces`.
 */
resume: string, 
/**
 * For how long after losing its socket the client may resume, in milliseconds.
 */
resumeWithinMs: number, } | { "type": "resumed", 
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
given: boolean, } | { "type": "check", 
/**
 * Whether a microphone was found and may be used.
 */
microphone: boolean, 
/**
 * Whether a camera was found and may be used.
 */
camera: boolean, } | { "type": "admit", 
/**
 * Whom: those that the host sees, so that nobody slips in with them.
 */
participants: string[], } | { "type": "remove", 
/**
 * Whom.
 */
participant: string, } | { "type": "sendBack", 
/**
 * Whom.
 */
participant: string, } | { "type": "stop", 
/**
 * Whose.
 */
participant: string, 
/**
 * What.
 */
source: Source, } | { "type": "lowerHand", 
/**
 * Whose.
 */
participant: string, } | { "type": "promote", 
/**
 * Whom.
 */
participant: string, 
/**
 * Whether they are host from now on.
 */
host: boolean, } | { "type": "rule", 
/**
 * Which.
 */
rule: Rule, 
/**
 * Whether it holds from now on.
 */
holds: boolean, } | { "type": "timer", 
/**
 * For how many seconds, at most a day; absent to end it.
 */
seconds?: number, } | { "type": "passStick", 
/**
 * To whom; absent for back to the hosts.
 */
to?: string, } | { "type": "endStick", } | { "type": "openPoll", 
/**
 * A number for it.
 */
poll: number, 
/**
 * How many answers there are, from 2 to 12.
 */
options: number, } | { "type": "vote", 
/**
 * Which poll.
 */
poll: number, 
/**
 * Which answer, from 0.
 */
option: number, } | { "type": "closePoll", } | { "type": "dropPoll", } | { "type": "split", 
/**
 * How many groups, from 2 to 50.
 */
groups: number, 
/**
 * Who goes where; whoever is not named stays in the room itself.
 */
placements: Array<Placement>, 
/**
 * Whether people choose for themselves.
 */
choose: boolean, 
/**
 * After how many seconds all come back, at most a day; absent while a host decides that.
 */
seconds?: number, } | { "type": "rejoin", } | { "type": "move", 
/**
 * Who.
 */
participant: string, 
/**
 * The number of the group; absent for the room itself.
 */
group?: number, } | { "type": "call", 
/**
 * Whether one is wanted from now on.
 */
wanted: boolean, } | { "type": "end", } | { "type": "seal", 
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
sdp: string, } | { "type": "admitted", 
/**
 * What the room's clock shows, in milliseconds.
 */
clockMs: number, 
/**
 * Everyone in the room, the receiver included, in the order of their `number`.
 */
participants: Array<Participant>, 
/**
 * What hosts have arranged; absent for nothing.
 */
arrangement?: Arrangement, } | { "type": "sentBack", } | { "type": "knocking", 
/**
 * Who.
 */
knock: Knock, } | { "type": "knockEnded", 
/**
 * Who.
 */
participant: string, } | { "type": "stopped", 
/**
 * What.
 */
source: Source, } | { "type": "arranged", 
/**
 * What.
 */
arrangement: Arrangement, } | { "type": "joined", 
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
export type ClosingReason = "restart" | "replaced" | "lost" | "removed" | "withdrawn" | "ended";

/**
 * What someone may do in a room.
 */
export type Role = "host" | "coHost" | "guest";

/**
 * What holds in a room at present.
 */
export type Arrangement = { 
/**
 * The rules that hold, each once.
 */
rules?: Array<Rule>, 
/**
 * When the timer runs out, in milliseconds of the room's clock; absent without one.
 */
timer?: number, 
/**
 * The talking stick; absent while everyone may speak.
 */
stick?: Stick, 
/**
 * The poll, open or counted.
 */
poll?: Poll, 
/**
 * The groups into which the room is split.
 */
groups?: Groups, };

/**
 * Something that is less than usual for those who are not host.
 */
export type Rule = "locked" | "chatOff" | "sharesOff" | "camerasOff" | "camerasToHosts" | "peopleHidden" | "pause";

/**
 * While it goes round, a guest is heard only with it in their hand.
 */
export type Stick = { 
/**
 * Who has it; absent while it lies with the hosts.
 */
holder?: string, };

/**
 * A question of which the server knows the number of answers, and nothing else: the words travel sealed.
 */
export type Poll = { 
/**
 * Which, as its author numbered it.
 */
poll: number, 
/**
 * How many answers there are to choose from.
 */
options: number, 
/**
 * While it is open, and for hosts only: how many have answered.
 */
votes?: number, 
/**
 * Once it is closed: how many chose each answer. Nobody is told who chose what.
 */
counts?: Array<number>, };

/**
 * The room is split: people see and hear those of their own group.
 */
export type Groups = { 
/**
 * How many there are; they are numbered from 1.
 */
count: number, 
/**
 * Whether people choose their group themselves.
 */
choose?: boolean, 
/**
 * When all come back, in milliseconds of the room's clock; absent while a host decides that.
 */
ends?: number, 
/**
 * Groups that call for a host, in the order of their calls.
 */
calls?: Array<number>, };

/**
 * Where someone goes when the room is split.
 */
export type Placement = { 
/**
 * Who.
 */
participant: string, 
/**
 * The number of the group.
 */
group: number, };

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
 * What they may do here; absent for a guest.
 */
role?: Role, 
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
 * The number of the group in which they are; absent for the room itself.
 */
group?: number, 
/**
 * What this participant does for the others, each once.
 */
tasks?: Array<Task>, };

/**
 * Someone who waits before the room. They see and hear nothing of it, and nobody but hosts knows of them.
 */
export type Knock = { 
/**
 * Who.
 */
id: string, 
/**
 * Name or pseudonym, normalised like a participant's.
 */
name?: string, 
/**
 * Since when they wait, in milliseconds of the room's clock.
 */
since: number, 
/**
 * Whether their microphone works; absent until they have said so.
 */
microphone?: boolean, 
/**
 * Whether their camera works; absent until they have said so.
 */
camera?: boolean, 
/**
 * Whether they are connected at the moment.
 */
connected: boolean, };

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
openRooms: boolean, 
/**
 * The organisation whose people sign in by its own provider; none where there is none.
 */
organisation?: string, };

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
 * Body of `POST /api/entries` and of `POST /api/doors`: someone wants to enter a meeting, or stands before it.
 */
export type EntryRequest = { 
/**
 * Which meeting.
 */
meeting: string, 
/**
 * The personal token of the link, where the link has one: 32 characters of Crockford's alphabet.
 */
token?: string, 
/**
 * The server's half of the stretched room password, where one was typed.
 */
proof?: string, 
/**
 * The secret of the receipt for what they have agreed to; whoever leads the room needs none.
 */
consent?: string, };

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
 * Answer to `POST /api/doors`: what someone may know before they enter.
 */
export type Door = { 
/**
 * Who receives them; none in an open room.
 */
host?: string, 
/**
 * When it begins, in milliseconds since 1970: the date that goes on or comes next. None for a room for good.
 */
startsAt?: number, 
/**
 * The begin of a date of the series that would have come before it and is called off.
 */
cancelledAt?: number, 
/**
 * For how many minutes; none in an open room.
 */
minutes?: number, 
/**
 * Whether they will wait until they are let in.
 */
waitingRoom: boolean, 
/**
 * Whether they may show themselves.
 */
cameras: boolean, 
/**
 * Whether they enter as the room's host.
 */
own: boolean, 
/**
 * What they are called, if they enter as the room's host.
 */
name?: string, 
/**
 * What the room shows of who keeps it; none in an open room, which has the server's face.
 */
face?: Face, 
/**
 * What the law wants to be read, where the room or its host has words of their own.
 */
legal?: Legal, };

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

/**
 * What somebody may agree to, each for itself.
 */
export type Purpose = "meeting" | "recording" | "liveStream" | "telephone" | "keptChat";

/**
 * How somebody has agreed.
 */
export type Method = "click" | "phone" | "paper";

/**
 * A text that people are shown before they agree. It is kept word by word under the SHA-256 of its JSON.
 */
export type Notice = { 
/**
 * In which language it is: `de`, `de-x-leicht` or `en`.
 */
language: string, 
/**
 * What is kept, why and for how long: one screen, in the subset of Markdown of `docs/hosts.md`.
 */
text: string, 
/**
 * What is asked for.
 */
asks: Array<Ask>, };

/**
 * One thing that is asked for.
 */
export type Ask = { 
/**
 * What it is.
 */
purpose: Purpose, 
/**
 * In words.
 */
words: string, 
/**
 * Whether nobody can take part who does not agree to it. Only the meeting itself is.
 */
needed: boolean, };

/**
 * Body of `POST /api/notices`: someone stands before a meeting and wants to read what they are asked for.
 */
export type NoticeRequest = { 
/**
 * Which meeting, and what opens its door. What was agreed to before is no key to it, and is not looked at.
 */
door: EntryRequest, 
/**
 * In which language: `de`, `de-x-leicht` or `en`.
 */
language: string, };

/**
 * Answer to `POST /api/notices`.
 */
export type NoticeShown = { 
/**
 * The SHA-256 of the text, hexadecimal: by this name a record refers to it.
 */
hash: string, 
/**
 * The text.
 */
notice: Notice, };

/**
 * Body of `POST /api/consents`.
 */
export type NewConsent = { 
/**
 * Which meeting, and what opens its door. What was agreed to before is no key to it, and is not looked at.
 */
door: EntryRequest, 
/**
 * The text that was shown.
 */
notice: string, 
/**
 * What they want to be called: any name, or none.
 */
name: string, 
/**
 * What they say to each thing that was asked for, to every one of them and to nothing else.
 */
purposes: { [key in Purpose]?: boolean }, };

/**
 * What was said, as it is written down. Its JSON, in this order, is what the chain commits to.
 */
export type Statement = { "type": "given", 
/**
 * Which meeting.
 */
meeting: string, 
/**
 * Its address, without the secret part.
 */
address: string, 
/**
 * Where, in the words of the host; empty for online.
 */
place: string, 
/**
 * When the meeting is, in milliseconds since 1970.
 */
date: number, 
/**
 * What they want to be called.
 */
name: string, 
/**
 * The text that was shown: the SHA-256 of its JSON.
 */
notice: string, 
/**
 * In which language it was.
 */
language: string, 
/**
 * What they said to each thing that was asked for.
 */
purposes: { [key in Purpose]?: boolean }, 
/**
 * How.
 */
method: Method, 
/**
 * When it was said.
 */
at: number, } | { "type": "corrected", 
/**
 * The position of what they said first.
 */
of: number, 
/**
 * What they want to be called.
 */
name: string, 
/**
 * When it was said.
 */
at: number, } | { "type": "withdrawn", 
/**
 * The position of what they said first.
 */
of: number, 
/**
 * When it was said.
 */
at: number, };

/**
 * Answer to `POST /api/consents`, and to everything that is asked with a receipt: all that is kept of somebody, with what
 * proves it.
 */
export type Receipt = { 
/**
 * The secret with which its owner shows who they are, enters, withdraws and deletes: 32 characters of Crockford's
 * alphabet.
 */
token: string, 
/**
 * The server's key (Ed25519, RFC 8032), base64url.
 */
key: string, 
/**
 * What was said, in its order.
 */
acts: Array<ReceiptAct>, };

/**
 * One thing that was said, and its place in the chain. `docs/privacy.md` says how it is checked.
 */
export type ReceiptAct = { 
/**
 * Which entry of the chain it is, counted from 1.
 */
position: number, 
/**
 * The head of the chain after it, hexadecimal.
 */
head: string, 
/**
 * The salt of its commitment, hexadecimal.
 */
salt: string, 
/**
 * The JSON of a `Statement`, word by word.
 */
statement: string, 
/**
 * The server's signature over position, head and commitment, base64url.
 */
signature: string, };

/**
 * Body of `POST /api/consents/look`, `…/withdraw` and `…/delete`: somebody shows their receipt.
 */
export type ReceiptShown = { 
/**
 * The secret on it.
 */
token: string, };

/**
 * Body of `POST /api/consents/correct`.
 */
export type Correction = { 
/**
 * The secret on the receipt.
 */
token: string, 
/**
 * What they want to be called.
 */
name: string, };

/**
 * One text, in each language. Where one is empty, guests read it in the next language that has it.
 */
export type Texts = { 
/**
 * In German.
 */
de?: string, 
/**
 * In easy German.
 */
"de-x-leicht"?: string, 
/**
 * In English.
 */
en?: string, };

/**
 * A colour as OKLCH has it (CSS Color 4 section 9.3), without its lightness: that is chosen by the client so that every
 * colour can be read, in light and in dark.
 */
export type Colour = { 
/**
 * Its hue in degrees, 0 to 359.
 */
hue: number, 
/**
 * Its chroma in thousandths, 0 to 150.
 */
chroma: number, };

/**
 * What visitors are shown.
 */
export type Face = { 
/**
 * What it is called: 60 characters.
 */
name?: Texts, 
/**
 * The logo on light ground, `/pictures/<id>`.
 */
logo?: string, 
/**
 * The logo on dark ground; none where one does for both.
 */
logoDark?: string, 
/**
 * What the logo shows, for those who do not see it: 120 characters.
 */
logoAlt?: Texts, 
/**
 * The sign in the browser's tab.
 */
icon?: string, 
/**
 * The colour of what is pressed.
 */
colour?: Colour, 
/**
 * What guests read at the door: Markdown of a few signs, 2,000 characters.
 */
welcome?: Texts, 
/**
 * What guests read when they have come in: likewise.
 */
greeting?: Texts, 
/**
 * What guests read when they have left: likewise.
 */
farewell?: Texts, 
/**
 * Where guests are led after the meeting: an `https:` address on one of the hosts that the administrator allows. It is
 * opened as it stands here; nothing is added.
 */
redirect?: string, };

/**
 * Answer to `GET /api/legal`: what the law wants to be read before anything is entered.
 */
export type Legal = { 
/**
 * Who answers for it: Markdown of a few signs, 20,000 characters.
 */
imprint?: Texts, 
/**
 * What becomes of what is known of people: likewise.
 */
privacy?: Texts, };

/**
 * What an account may do.
 */
export type Rank = "administrator" | "host";

/**
 * Body of `POST /api/stretch`: how is the password of this sign-in name stretched?
 */
export type StretchRequest = { 
/**
 * The sign-in name.
 */
login: string, };

/**
 * Answer to `POST /api/stretch`. A name that nobody has gets an answer of the same kind, always the same.
 */
export type Stretch = { 
/**
 * With what.
 */
salt: string, 
/**
 * How often: rounds of PBKDF2 with HMAC-SHA-512 (RFC 8018 section 5.2).
 */
rounds: number, };

/**
 * Body of `POST /api/logins`: someone signs in.
 */
export type LoginRequest = { 
/**
 * The sign-in name.
 */
login: string, 
/**
 * The server's half of the stretched password.
 */
proof: string, 
/**
 * The code of their authenticator, six digits, or a recovery code; where it was asked for (`codeNeeded`).
 */
code?: string, };

/**
 * Answer to `GET /api/account/totp`: whether a code is asked for beside the password.
 */
export type Totp = { 
/**
 * Whether it is.
 */
on: boolean, 
/**
 * How many recovery codes are left.
 */
codes: number, };

/**
 * Body of `PUT /api/account/totp`: an authenticator that knows the secret from now on.
 */
export type NewTotp = { 
/**
 * The server's half of the stretched password: whoever finds a desk open does not lock its owner out.
 */
proof: string, 
/**
 * The secret that the browser made: 20 bytes, base32 (RFC 4648 section 6).
 */
secret: string, 
/**
 * What the authenticator shows for it (RFC 6238 with HMAC-SHA-1, six digits, steps of 30 s).
 */
code: string, };

/**
 * Answer to it. The codes are shown this once.
 */
export type RecoveryCodes = { 
/**
 * Ten codes in the place of the authenticator's, each good once.
 */
codes: Array<string>, };

/**
 * Body of `DELETE /api/account/totp`, after which the password suffices again, and of `DELETE /api/account/sheet`.
 */
export type PasswordShown = { 
/**
 * The server's half of the stretched password; none for an account without one.
 */
proof?: string, };

/**
 * Answer to `GET /api/account/sheet`.
 */
export type Sheet = { 
/**
 * When the sheet was made, in milliseconds since 1970; none where there is none.
 */
madeAt?: number, };

/**
 * Body of `PUT /api/account/sheet`: a recovery sheet in the place of the one before.
 */
export type NewSheet = { 
/**
 * The server's half of the stretched password; none for an account without one.
 */
proof?: string, 
/**
 * The server's half of what the code on paper is made to.
 */
sheet: string, 
/**
 * The vault key, sealed with the other half.
 */
vault: string, };

/**
 * Someone shows that they have the recovery sheet of an account; body of `POST /api/sheets/look`.
 */
export type SheetShown = { 
/**
 * The sign-in name.
 */
login: string, 
/**
 * The server's half of what the code is made to.
 */
proof: string, };

/**
 * Answer to `POST /api/sheets/look`.
 */
export type SheetVault = { 
/**
 * The vault key, sealed with the sheet's other half.
 */
vault: string, };

/**
 * A passkey as its owner sees it; `GET /api/account/passkeys` lists them.
 */
export type Passkey = { 
/**
 * A name for it, which is no secret.
 */
id: string, 
/**
 * Which one.
 */
label: string, 
/**
 * Whether it opens the vault; where it does not, the password is asked for as well.
 */
opens: boolean, 
/**
 * Since when, in milliseconds since 1970.
 */
createdAt: number, 
/**
 * When it was used last; none for one that never was.
 */
usedAt?: number, };

/**
 * Answer to `POST /api/account/passkeys/begin`: with what a passkey is made (Web Authentication level 3). What is bytes there
 * is base64url here, without padding.
 */
export type PasskeyOffer = { 
/**
 * By what the answer is known.
 */
ceremony: string, 
/**
 * What is signed.
 */
challenge: string, 
/**
 * The name that passkeys of this server belong to.
 */
rp: string, 
/**
 * The account, as its authenticator is to know it.
 */
user: string, 
/**
 * The passkeys that the account has.
 */
known: Array<string>, };

/**
 * Body of `POST /api/account/passkeys`: what the authenticator has made.
 */
export type NewPasskey = { 
/**
 * Of which offer.
 */
ceremony: string, 
/**
 * Which one, for its owner: 1 to 60 characters.
 */
label: string, 
/**
 * What the authenticator calls it.
 */
credential: string, 
/**
 * `clientDataJSON`.
 */
clientData: string, 
/**
 * `attestationObject`. No attestation is asked for.
 */
attestation: string, 
/**
 * The vault key, sealed with what the authenticator gives by its extension `prf`; none where it gives nothing.
 */
vault?: string, };

/**
 * Answer to `POST /api/passkeys/begin`: what someone who signs in is challenged with.
 */
export type PasskeyChallenge = { 
/**
 * By what the answer is known.
 */
ceremony: string, 
/**
 * What is signed.
 */
challenge: string, 
/**
 * The name that passkeys of this server belong to.
 */
rp: string, };

/**
 * Body of `POST /api/logins/passkey`: what the authenticator has signed.
 */
export type PasskeyLogin = { 
/**
 * Of which challenge.
 */
ceremony: string, 
/**
 * What the authenticator calls the passkey.
 */
credential: string, 
/**
 * `clientDataJSON`.
 */
clientData: string, 
/**
 * `authenticatorData`.
 */
authenticatorData: string, 
/**
 * `signature`.
 */
signature: string, 
/**
 * `userHandle`.
 */
user: string, };

/**
 * Answer to `POST /api/organisation/begin`: where the browser is to go.
 */
export type OrganisationOffer = { 
/**
 * An address of the organisation's provider (OpenID Connect Core 1.0 section 3.1.2.1).
 */
url: string, 
/**
 * What the provider will give back. Whoever comes back with another one was not sent from here.
 */
state: string, 
/**
 * By what the answer is known. It stays in the page that asked.
 */
ceremony: string, };

/**
 * Body of `POST /api/logins/organisation`: with what the provider sent the browser back to `/host/signed-in`.
 */
export type OrganisationLogin = { 
/**
 * As it was offered.
 */
ceremony: string, 
/**
 * The code for which the provider tells the server who it is.
 */
code: string, };

/**
 * A browser that opens the vault of an account without a password, or waits for it; `GET /api/account/devices` lists them.
 */
export type Device = { 
/**
 * A name for it, which is no secret.
 */
id: string, 
/**
 * The browser and system, such as `Firefox, Linux`.
 */
device: string, 
/**
 * For what the vault key is sealed: a point of P-256, uncompressed (SEC 1 section 2.3.3), base64.
 */
public: string, 
/**
 * The vault key, sealed for it; none while it waits.
 */
vault?: string, 
/**
 * Since when, in milliseconds since 1970.
 */
createdAt: number, };

/**
 * Body of `POST /api/account/devices`: a browser is to open the vault.
 */
export type NewDevice = { 
/**
 * Its public key.
 */
public: string, 
/**
 * The vault key, sealed for it, where it is the first one and has made it.
 */
vault?: string, };

/**
 * Answer to it.
 */
export type DeviceMade = { 
/**
 * A name for it.
 */
id: string, };

/**
 * Body of `PUT /api/account/devices/{id}`: a browser is let in.
 */
export type DeviceVault = { 
/**
 * The vault key, sealed for it.
 */
vault: string, };

/**
 * Someone who is signed in; the cookie comes with it.
 */
export type SignedIn = { 
/**
 * Who.
 */
account: Account, 
/**
 * The vault key, sealed in the browser with its half of the stretched password; none for an account without one, whose
 * vault is opened by its devices.
 */
vault?: string, 
/**
 * The vault key, sealed with what the passkey gives that was signed in with; none where it gives nothing.
 */
passkeyVault?: string, };

/**
 * A person known to this server, as they and administrators see it.
 */
export type Account = { 
/**
 * Who.
 */
id: string, 
/**
 * What they type to sign in.
 */
login: string, 
/**
 * What guests see.
 */
name: string, 
/**
 * What they may do.
 */
rank: Rank, 
/**
 * Whether they may not sign in at the moment.
 */
disabled: boolean, };

/**
 * A new password as its browser made it.
 */
export type NewPassword = { 
/**
 * With what it was stretched: random.
 */
salt: string, 
/**
 * How often, at least 210,000.
 */
rounds: number, 
/**
 * The server's half.
 */
proof: string, 
/**
 * The vault key, sealed with the other half.
 */
vault: string, };

/**
 * Body of `POST /api/invitations/look`: what does this invitation offer?
 */
export type InvitationLook = { 
/**
 * The secret of its link.
 */
invitation: string, };

/**
 * What an invitation offers.
 */
export type InvitationShown = { 
/**
 * What the account may do.
 */
rank: Rank, 
/**
 * The sign-in name of the account whose password is set anew; none for a new account.
 */
login?: string, 
/**
 * Whether that account has a recovery sheet.
 */
sheet: boolean, };

/**
 * Body of `POST /api/accounts`: an invitation becomes an account, which is signed in at once.
 */
export type NewAccount = { 
/**
 * The secret of the invitation's link.
 */
invitation: string, 
/**
 * The sign-in name: 3 to 100 letters, digits and `.` `_` `-` `+` `@`.
 */
login: string, 
/**
 * What guests will see.
 */
name: string, 
/**
 * The password.
 */
password: NewPassword, };

/**
 * Body of `POST /api/passwords`: a forgotten password is set anew, by an invitation, a recovery sheet or both.
 */
export type PasswordReset = { 
/**
 * The secret of the invitation's link. A code beside the password is off afterwards.
 */
invitation?: string, 
/**
 * The recovery sheet. The vault of the password is then the one that was there; without, it is a new one.
 */
sheet?: SheetShown, 
/**
 * The code beside the password, where there is no invitation and it was asked for (`codeNeeded`).
 */
code?: string, 
/**
 * The password.
 */
password: NewPassword, };

/**
 * Body of `POST /api/account/password`: someone who is signed in changes their password. The vault stays the same.
 */
export type PasswordRenewal = { 
/**
 * The server's half of the password so far: an unlocked computer that somebody walks up to does not suffice.
 */
proof: string, 
/**
 * The new one.
 */
password: NewPassword, };

/**
 * One place where an account is signed in; `GET /api/logins` lists them.
 */
export type Login = { 
/**
 * A name for it, which is no secret.
 */
id: string, 
/**
 * The browser and system, such as `Firefox, Linux`.
 */
device: string, 
/**
 * Since when, in milliseconds since 1970.
 */
createdAt: number, 
/**
 * When it was used last, to five minutes.
 */
usedAt: number, 
/**
 * Whether it is the one that asks.
 */
own: boolean, };

/**
 * Body of `POST /api/invitations`: an administrator invites a host.
 */
export type InvitationRequest = { 
/**
 * What the account may do.
 */
rank: Rank, 
/**
 * The account whose password is set anew; none for a new account.
 */
account?: string, };

/**
 * An invitation that was made. Its secret is shown this once.
 */
export type InvitationMade = { 
/**
 * The secret of its link, `/host#i=<secret>`.
 */
invitation: string, 
/**
 * Until when it works, in milliseconds since 1970.
 */
expiresAt: number, };

/**
 * Body of `PATCH /api/accounts/{id}`: an administrator lets someone sign in no more, or again.
 */
export type AccountChange = { 
/**
 * Whether they may not sign in.
 */
disabled: boolean, };

/**
 * A key pair with which others seal something for an account; `PUT /api/account/key` keeps the first one, and
 * `GET /api/account/key` gives it.
 */
export type KeyPair = { 
/**
 * A point of P-256, uncompressed (SEC 1 section 2.3.3), base64.
 */
public: string, 
/**
 * Its private half, sealed under the vault key.
 */
private: string, };

/**
 * Someone who may be made a deputy; `GET /api/hosts` lists them.
 */
export type Host = { 
/**
 * Who.
 */
id: string, 
/**
 * What they are called.
 */
name: string, 
/**
 * For what is sealed for them; none until they have signed in once more.
 */
public?: string, };

/**
 * What a program may do with a key.
 */
export type Scope = "rooms:read" | "rooms:write";

/**
 * Body of `POST /api/keys`: a key for a program.
 */
export type NewApiKey = { 
/**
 * Which program: 1 to 60 characters.
 */
label: string, 
/**
 * What it may do.
 */
scopes: Array<Scope>, };

/**
 * A key that was made. It is shown this once.
 */
export type ApiKeyMade = { 
/**
 * What the program sends: `Authorization: Bearer <key>` (RFC 6750 section 2.1).
 */
key: string, };

/**
 * A key as its owner sees it; `GET /api/keys` lists them.
 */
export type ApiKey = { 
/**
 * A name for it, which is no secret.
 */
id: string, 
/**
 * Which program.
 */
label: string, 
/**
 * What it may do.
 */
scopes: Array<Scope>, 
/**
 * Since when, in milliseconds since 1970.
 */
createdAt: number, 
/**
 * When it was used last, to an hour; none for one that never was.
 */
usedAt?: number, };

/**
 * Someone who leads a room beside its owner.
 */
export type Deputy = { 
/**
 * Who.
 */
id: string, 
/**
 * What they are called.
 */
name: string, };

/**
 * Body of `PUT /api/rooms/{id}/deputies/{account}`.
 */
export type NewDeputy = { 
/**
 * The secret of the room's links, sealed for their public key.
 */
secret: string, };

/**
 * One date of a room (RFC 5545 calls it a recurrence instance, section 3.8.5).
 */
export type Occurrence = { 
/**
 * When it begins, in milliseconds since 1970.
 */
startsAt: number, 
/**
 * Whether this one of a series is called off.
 */
cancelled?: boolean, };

/**
 * What a host decides about a room.
 */
export type Plan = { 
/**
 * What it is called: 1 to 100 characters.
 */
title: string, 
/**
 * For whom, a pseudonym; may be empty, 100 characters at most.
 */
guest: string, 
/**
 * Where; empty for online, 200 characters at most.
 */
place: string, 
/**
 * In which language guests are met: `de`, `de-x-leicht` or `en`.
 */
language: string, 
/**
 * When it takes place, in the order of time: once, or as a series of 200 at most. None for a room for good.
 */
occurrences?: Array<Occurrence>, 
/**
 * For how many minutes, 5 to 1,440.
 */
minutes: number, 
/**
 * How many people may be in it, hosts included: 2 to 512.
 */
capacity: number, 
/**
 * Whether guests may show themselves.
 */
cameras: boolean, 
/**
 * Whether guests wait until they are let in.
 */
waitingRoom: boolean, };

/**
 * Body of `POST /api/rooms`.
 */
export type NewRoom = { 
/**
 * What is decided.
 */
plan: Plan, 
/**
 * The secret of its links, sealed under the vault key.
 */
secret: string, };

/**
 * Body of `PATCH /api/rooms/{id}`; what is left out stays.
 */
export type RoomChange = { 
/**
 * What is decided anew.
 */
plan?: Plan, 
/**
 * The server's half of the stretched room password.
 */
password?: PasswordChange, 
/**
 * Whether it is cancelled.
 */
cancelled?: boolean, };

/**
 * A room's password, set or taken away. It can be changed, and read back by nobody.
 */
export type PasswordChange = { "type": "set", 
/**
 * The server's half of the stretched password.
 */
proof: string, } | { "type": "remove", };

/**
 * A room as its host sees it.
 */
export type Room = { 
/**
 * Which.
 */
meeting: string, 
/**
 * What its host decided.
 */
plan: Plan, 
/**
 * The secret of its links, sealed under the vault key; for a deputy, sealed for their public key.
 */
secret: string, 
/**
 * Whose room it is, for a deputy; none for its owner.
 */
owner?: string, 
/**
 * Who leads it beside its owner.
 */
deputies?: Array<Deputy>, 
/**
 * Whether guests must know a password.
 */
hasPassword: boolean, 
/**
 * Whether it is cancelled.
 */
cancelled: boolean, 
/**
 * How often when and where were changed (`SEQUENCE` of RFC 5545 section 3.8.7.4).
 */
sequence: number, 
/**
 * The links into it.
 */
links: Array<RoomLink>, 
/**
 * How many people wait to be let in now.
 */
waiting: number, 
/**
 * How many people are in it now.
 */
present: number, 
/**
 * How many wrong passwords were tried at its door within a day; none below ten.
 */
wrongPasswords?: number, };

/**
 * Body of `POST /api/rooms/{id}/links`.
 */
export type NewRoomLink = { 
/**
 * The SHA-256 of its token, 64 hexadecimal digits: the token itself is made in the browser and told to the server by
 * the one who enters with it.
 */
tokenHash: string, 
/**
 * The token, sealed under the vault key.
 */
sealedToken: string, 
/**
 * Until when, in milliseconds since 1970; none for as long as the room.
 */
expiresAt?: number, 
/**
 * Whether it is for one sitting: it leads nowhere any more twelve hours after it was first used.
 */
once?: boolean, };

/**
 * A link into a room.
 */
export type RoomLink = { 
/**
 * A name for it, which is no secret.
 */
id: string, 
/**
 * Its token, sealed under the vault key.
 */
sealedToken: string, 
/**
 * Until when; none for as long as the room.
 */
expiresAt?: number, 
/**
 * Whether it is for one sitting.
 */
once?: boolean, 
/**
 * When somebody first entered by it, where it is for one sitting.
 */
usedAt?: number, 
/**
 * Whether it leads into the room.
 */
valid: boolean, };

/**
 * What is decided of a face, but for its pictures.
 */
export type FaceDraft = { 
/**
 * As in `Face`.
 */
name?: Texts, 
/**
 * As in `Face`.
 */
logoAlt?: Texts, 
/**
 * As in `Face`.
 */
colour?: Colour, 
/**
 * As in `Face`.
 */
welcome?: Texts, 
/**
 * As in `Face`.
 */
greeting?: Texts, 
/**
 * As in `Face`.
 */
farewell?: Texts, 
/**
 * As in `Face`.
 */
redirect?: string, 
/**
 * As in `Legal`.
 */
imprint?: Texts, 
/**
 * As in `Legal`.
 */
privacy?: Texts, 
/**
 * The hosts to which guests may be led after a meeting, such as `www.example.org`: 20 at most. The server's face only.
 */
redirectHosts?: Array<string>, };

/**
 * Answer to `GET /api/face`, `GET /api/account/face` and `GET /api/rooms/{id}/face`: a face for who may change it.
 */
export type FaceKept = { 
/**
 * What was decided.
 */
draft: FaceDraft, 
/**
 * The same as visitors see it, with its pictures and without what comes from beneath.
 */
own: Face, 
/**
 * What it lies over.
 */
beneath: Face, 
/**
 * The hosts to which guests may be led.
 */
allowedHosts: Array<string>, };

/**
 * Body of `PUT` to the same addresses. What was decided before is replaced.
 */
export type FaceChange = { 
/**
 * What is decided now.
 */
draft: FaceDraft, 
/**
 * Pictures that are new or taken away; the others stay.
 */
pictures?: Array<PictureChange>, };

/**
 * A picture, set or taken away.
 */
export type PictureChange = { 
/**
 * Which.
 */
kind: PictureKind, 
/**
 * A PNG file, base64 (RFC 4648 section 4), 256 KiB before encoding and 1,024 pixels a side at most. None takes it away.
 */
png?: string, };

/**
 * Which picture of a face.
 */
export type PictureKind = "logo" | "logoDark" | "icon";
