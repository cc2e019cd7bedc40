// How one person wants to see the room: a value that this page keeps and nobody else learns.
import type { Participant, Source } from "../protocol";

/** What can be looked at. */
export type Seen = Extract<Source, "camera" | "screen">;

export type Mode =
  /** Everyone in equal tiles. */
  | "tiles"
  /** Who speaks large, the others small. */
  | "speaker"
  /** Who speaks, and nobody else. */
  | "quiet";

/** Where the small tiles go. By itself: to the right, and below on an upright screen. */
export type Side = "auto" | "right" | "left" | "bottom" | "top";

/** How much of the stage a pinned picture takes beside other pinned ones. */
export type Weight = 1 | 2 | 3;

export interface Pin {
  readonly participant: string;
  readonly source: Seen;
  readonly weight: Weight;
  /** By which the pin finds its person again after everyone had to come back. */
  readonly name?: string;
}

/** How large captions are, in `rem`. */
export const CAPTION_SIZES = [1.125, 1.5, 2, 2.75, 3.75] as const;
export type CaptionSize = (typeof CAPTION_SIZES)[number];

export interface CaptionView {
  readonly shown: boolean;
  readonly place: "bottom" | "top";
  readonly size: CaptionSize;
}

export interface View {
  readonly mode: Mode;
  readonly side: Side;
  readonly pins: readonly Pin[];
  /** Whose share is looked at, when several share; the newest otherwise. */
  readonly share: string | undefined;
  readonly hideSelf: boolean;
  readonly mirrorSelf: boolean;
  readonly captions: CaptionView;
}

export const firstView: View = {
  mode: "tiles",
  side: "auto",
  pins: [],
  share: undefined,
  hideSelf: false,
  mirrorSelf: true,
  captions: { shown: true, place: "bottom", size: 1.5 },
};

export const MODES: readonly Mode[] = ["tiles", "speaker", "quiet"];
export const SIDES: readonly Side[] = ["auto", "right", "left", "bottom", "top"];
export const WEIGHTS: readonly Weight[] = [1, 2, 3];

/** More than this on one stage is a grid of its own making. */
const MOST_PINS = 9;

export function pinOf(view: View, participant: string, source: Seen): Pin | undefined {
  return view.pins.find((pin) => pin.participant === participant && pin.source === source);
}

export function withPin(view: View, person: Participant, source: Seen, weight: Weight = 1): View {
  const pin = { participant: person.id, source, weight, ...(person.name === undefined ? {} : { name: person.name }) };
  const present = view.pins.findIndex((one) => one.participant === person.id && one.source === source);
  const pins = present < 0 ? [...view.pins, pin].slice(-MOST_PINS) : view.pins.with(present, pin);
  return { ...view, pins };
}

export function withoutPin(view: View, participant: string, source: Seen): View {
  return { ...view, pins: view.pins.filter((pin) => pin.participant !== participant || pin.source !== source) };
}

/** Brings a pin one place to the front of the stage. */
export function withPinEarlier(view: View, participant: string, source: Seen): View {
  const place = view.pins.findIndex((pin) => pin.participant === participant && pin.source === source);
  const [before, pin] = [view.pins[place - 1], view.pins[place]];
  if (!before || !pin) return view;
  return { ...view, pins: view.pins.with(place - 1, pin).with(place, before) };
}

/** The next mode in the order in which they are offered. */
export function nextMode(mode: Mode): Mode {
  return MODES[(MODES.indexOf(mode) + 1) % MODES.length] ?? "tiles";
}

/**
 * The view once people have come back: who had to take a new place has a new identifier, and is known again by a
 * name that only one person has. A pin whose person is away waits.
 */
export function followed(view: View, participants: readonly Participant[]): View {
  const present = new Set(participants.map(({ id }) => id));
  const moved = (pin: Pin): Pin => {
    if (present.has(pin.participant) || pin.name === undefined) return pin;
    const [namesake, another] = participants.filter(({ name }) => name === pin.name);
    if (!namesake || another || pinOf(view, namesake.id, pin.source)) return pin;
    return { ...pin, participant: namesake.id };
  };
  const pins = view.pins.map(moved);
  return pins.some((pin, index) => pin !== view.pins[index]) ? { ...view, pins } : view;
}

/** A view as it was kept, or as far as it still makes sense. */
export function readView(value: unknown): View {
  if (!isRecord(value)) return firstView;
  const { mode, side, pins, hideSelf, mirrorSelf, captions } = value;
  return {
    mode: MODES.find((one) => one === mode) ?? firstView.mode,
    side: SIDES.find((one) => one === side) ?? firstView.side,
    pins: Array.isArray(pins) ? pins.flatMap(readPin).slice(0, MOST_PINS) : [],
    share: undefined,
    hideSelf: hideSelf === true,
    mirrorSelf: mirrorSelf !== false,
    captions: readCaptions(captions),
  };
}

function readCaptions(value: unknown): CaptionView {
  if (!isRecord(value)) return firstView.captions;
  return {
    shown: value["shown"] !== false,
    place: value["place"] === "top" ? "top" : "bottom",
    size: CAPTION_SIZES.find((one) => one === value["size"]) ?? firstView.captions.size,
  };
}

function readPin(value: unknown): Pin[] {
  if (!isRecord(value)) return [];
  const { participant, source, weight, name } = value;
  if (typeof participant !== "string" || (source !== "camera" && source !== "screen")) return [];
  return [
    {
      participant,
      source,
      weight: WEIGHTS.find((one) => one === weight) ?? 1,
      ...(typeof name === "string" ? { name } : {}),
    },
  ];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
