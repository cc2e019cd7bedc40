// The pixels of every picture on the stage: who is large, who is small and where, and what is on which page.
// Pure; what one wishes to see is `view`, who speaks is `dominant`, and who draws is not known here.
import type { Participant } from "../protocol";
import { type Stage, WIDEST, gridFor, insetFor, isPhone, onPage, pageWithin } from "./layout";
import type { Seen, Side, View } from "./view";

export type Role =
  /** One of many equal ones. */
  | "tile"
  | "large"
  | "small"
  /** The own picture in the corner of another. */
  | "inset";

export interface Picture {
  /** The same for as long as it shows the same. */
  readonly key: string;
  readonly participant: Participant;
  readonly source: Seen;
  readonly role: Role;
  readonly pinned: boolean;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Scene {
  /** In the steady order of people, whatever their places: a screen reader and the Tab key go by it. */
  readonly pictures: readonly Picture[];
  readonly page: number;
  readonly pages: number;
}

/** Who and what there is. */
export interface Cast {
  readonly you: string | undefined;
  /** Everyone, in steady order, ourselves included. */
  readonly people: readonly Participant[];
  /** Who is shown large when the speaker is. */
  readonly dominant: string | undefined;
  /** Who is always in sight: sign language interpreters. */
  readonly alwaysSeen: (person: Participant) => boolean;
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Subject {
  readonly participant: Participant;
  readonly source: Seen;
  readonly weight: number;
  readonly pinned: boolean;
}

/** The strip of small tiles takes a fifth of the stage, and neither less nor more than this. */
const STRIP_SHARE = 0.2;
const [STRIP_LEAST_WIDTH, STRIP_MOST_WIDTH] = [148, 280];
const [STRIP_LEAST_HEIGHT, STRIP_MOST_HEIGHT] = [84, 180];

/** An interpreter's hands need more than a stamp. */
const INTERPRETER_STRIP_WIDTH = 400;

/** Higher than wide by this much is upright. */
const UPRIGHT = 1.1;

export function sceneFor(stage: Stage, view: View, cast: Cast, wantedPage: number): Scene {
  const mains = mainsOf(view, cast);
  const rest = restOf(view, cast, mains);
  if (mains.length === 0) return tilesFor(stage, rest, cast, view, wantedPage);
  return { ...speakerFor(stage, view, mains, rest, cast, wantedPage) };
}

/** Which shares there are, the newest last as far as that is known: in the order of people. */
export function sharesIn(people: readonly Participant[], you: string | undefined): readonly Participant[] {
  return people.filter(({ id, screen }) => screen === true && id !== you);
}

/** What is large: pins before all, then a share, then who speaks. */
function mainsOf(view: View, { you, people, dominant }: Cast): readonly Subject[] {
  const pinned = view.pins.flatMap(({ participant: id, source, weight }): Subject[] => {
    const participant = people.find((one) => one.id === id);
    if (!participant || (source === "screen" && participant.screen !== true)) return [];
    return [{ participant, source, weight, pinned: true }];
  });
  if (pinned.length > 0) return pinned;
  const shares = sharesIn(people, you);
  const share = shares.find(({ id }) => id === view.share) ?? shares.at(-1);
  if (share) return [{ participant: share, source: "screen", weight: 1, pinned: false }];
  if (view.mode === "tiles") return [];
  const others = people.filter(({ id }) => id !== you);
  const speaker = others.find(({ id }) => id === dominant) ?? others[0];
  return speaker ? [{ participant: speaker, source: "camera", weight: 1, pinned: false }] : [];
}

/** Everyone who is not large, in the order in which they are shown. */
function restOf(view: View, cast: Cast, mains: readonly Subject[]): readonly Participant[] {
  const { you, people, dominant, alwaysSeen } = cast;
  const isLarge = (id: string) => mains.some(({ participant, source }) => participant.id === id && source === "camera");
  const left = people.filter(({ id }) => !isLarge(id) && !(view.hideSelf && id === you && people.length > 1));
  const own = left.filter(({ id }) => id === you);
  const others = left.filter(({ id }) => id !== you);
  if (view.mode === "quiet") {
    return others.filter((one) => alwaysSeen(one) || (mains.length > 0 && one.id === dominant));
  }
  const shows = mains.some(({ source }) => source === "screen");
  // Beside a screen stands whoever speaks; nobody else moves for that.
  const first = shows ? others.filter(({ id }) => id === dominant) : [];
  const inSight = others.filter((one) => alwaysSeen(one) && !first.includes(one));
  return [...first, ...inSight, ...own, ...others.filter((one) => !first.includes(one) && !inSight.includes(one))];
}

// ---- equal tiles ----

function tilesFor(stage: Stage, rest: readonly Participant[], cast: Cast, view: View, wantedPage: number): Scene {
  const { you } = cast;
  const others = rest.filter(({ id }) => id !== you);
  const own = rest.find(({ id }) => id === you);
  const [only] = others;
  if (only && others.length === 1) return pairFor(stage, only, own);
  const fixed = others.filter(cast.alwaysSeen);
  // Our own tile comes first: then nobody's place changes when someone joins.
  const all = own && !view.hideSelf ? [own, ...others] : rest;
  const grid = gridFor(stage, all.length);
  const turning = fixed.length < grid.perPage ? all.filter((one) => !fixed.includes(one)) : all;
  const kept = fixed.length < grid.perPage ? fixed : [];
  const perPage = grid.perPage - kept.length;
  const pages = Math.max(1, Math.ceil(turning.length / perPage));
  const page = pageWithin(wantedPage, pages);
  const onThis = new Set([...kept, ...onPage(turning, page, perPage)]);
  const shown = all.filter((one) => onThis.has(one));
  const places = gridPlaces(whole(stage), shown.length, grid, stage.gap);
  const pictures = shown.map((participant, index) =>
    picture({ participant, source: "camera", pinned: false }, "tile", places[index]),
  );
  return { pictures, page, pages };
}

/** Two people: the other one fills the stage, and we are in the corner. */
function pairFor(stage: Stage, other: Participant, own: Participant | undefined): Scene {
  const { tileWidth: width, tileHeight: height } = gridFor(stage, 1);
  const place = { x: (stage.width - width) / 2, y: (stage.height - height) / 2, width, height };
  const large = picture({ participant: other, source: "camera", pinned: false }, "tile", place);
  return { pictures: own ? [large, insetIn(place, stage, own)] : [large], page: 0, pages: 1 };
}

function insetIn(place: Area, stage: Stage, own: Participant): Picture {
  const size = insetFor(place);
  const corner = {
    x: place.x + place.width - size.width - stage.gap,
    y: place.y + place.height - size.height - stage.gap,
    ...size,
  };
  return picture({ participant: own, source: "camera", pinned: false }, "inset", corner);
}

function gridPlaces(
  area: Area,
  count: number,
  grid: { readonly columns: number; readonly tileWidth: number; readonly tileHeight: number },
  gap: number,
): readonly Area[] {
  const { tileWidth: width, tileHeight: height } = grid;
  const columns = Math.max(1, Math.min(grid.columns, count));
  const rows = Math.ceil(count / columns);
  const top = area.y + (area.height - rows * height - (rows - 1) * gap) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, count - row * columns);
    const left = area.x + (area.width - inRow * width - (inRow - 1) * gap) / 2;
    return { x: left + (index % columns) * (width + gap), y: top + row * (height + gap), width, height };
  });
}

// ---- large and small ----

function speakerFor(
  stage: Stage,
  view: View,
  mains: readonly Subject[],
  rest: readonly Participant[],
  cast: Cast,
  wantedPage: number,
): Scene {
  const [only] = rest;
  const alone = mains.length === 1 && mains[0]?.source === "camera" && rest.length === 1;
  // Two people and no screen: nobody needs a strip.
  if (alone && only?.id === cast.you && only) {
    const large = largeOnes(whole(stage), mains, stage.gap);
    const place = large[0];
    return { pictures: place ? [...large, insetIn(place, stage, only)] : large, page: 0, pages: 1 };
  }
  if (rest.length === 0) return { pictures: largeOnes(whole(stage), mains, stage.gap), page: 0, pages: 1 };
  const fixed = rest.filter(cast.alwaysSeen);
  const { strip, main } = split(stage, sideOf(view.side, stage), fixed.length > 0);
  const { places, perPage } = stripPlaces(strip, rest.length, stage.gap);
  const kept = fixed.length < perPage ? fixed : [];
  const turning = rest.filter((one) => !kept.includes(one));
  const perTurn = perPage - kept.length;
  const pages = Math.max(1, Math.ceil(turning.length / perTurn));
  const page = pageWithin(wantedPage, pages);
  const onThis = new Set([...kept, ...onPage(turning, page, perTurn)]);
  const small = rest
    .filter((one) => onThis.has(one))
    .map((participant, index) => picture({ participant, source: "camera", pinned: false }, "small", places[index]));
  return { pictures: inOrder([...largeOnes(main, mains, stage.gap), ...small], cast), page, pages };
}

/** The order of people, so that nothing jumps for those who go by Tab; a screen stands before its sharer. */
function inOrder(pictures: readonly Picture[], { people }: Cast): readonly Picture[] {
  const place = new Map(people.map(({ id }, index) => [id, index]));
  const rank = ({ participant, source }: Picture) => (place.get(participant.id) ?? 0) * 2 + (source === "screen" ? 0 : 1);
  return [...pictures].sort((one, other) => rank(one) - rank(other));
}

export function sideOf(side: Side, stage: Stage): Exclude<Side, "auto"> {
  if (side !== "auto") return side;
  return stage.height > stage.width * UPRIGHT ? "bottom" : "right";
}

function split(stage: Stage, side: Exclude<Side, "auto">, interprets: boolean): { strip: Area; main: Area } {
  const { width, height, gap } = stage;
  if (side === "right" || side === "left") {
    const least = interprets && !isPhone(stage) ? INTERPRETER_STRIP_WIDTH : STRIP_LEAST_WIDTH;
    const wide = Math.min(width / 2, between(width * STRIP_SHARE, least, Math.max(least, STRIP_MOST_WIDTH)));
    const strip = { x: side === "right" ? width - wide : 0, y: 0, width: wide, height };
    return { strip, main: { x: side === "right" ? 0 : wide + gap, y: 0, width: Math.max(0, width - wide - gap), height } };
  }
  const high = Math.min(height / 2, between(height * STRIP_SHARE, STRIP_LEAST_HEIGHT, STRIP_MOST_HEIGHT));
  const strip = { x: 0, y: side === "bottom" ? height - high : 0, width, height: high };
  return { strip, main: { x: 0, y: side === "bottom" ? 0 : high + gap, width, height: Math.max(0, height - high - gap) } };
}

/** Small tiles in a row or a column, in the middle of the strip when they do not fill it. */
function stripPlaces(strip: Area, count: number, gap: number): { places: readonly Area[]; perPage: number } {
  const column = strip.height > strip.width;
  const width = Math.floor(column ? strip.width : Math.min(strip.width, strip.height * WIDEST));
  const height = Math.floor(column ? strip.width / WIDEST : strip.height);
  const [length, each] = column ? [strip.height, height] : [strip.width, width];
  const perPage = Math.max(1, Math.floor((length + gap) / (each + gap)));
  const shown = Math.min(count, perPage);
  const start = (length - shown * each - (shown - 1) * gap) / 2;
  const places = Array.from({ length: shown }, (_, index) => {
    const along = start + index * (each + gap);
    return column
      ? { x: strip.x, y: strip.y + along, width, height }
      : { x: strip.x + along, y: strip.y, width, height };
  });
  return { places, perPage };
}

function largeOnes(area: Area, mains: readonly Subject[], gap: number): readonly Picture[] {
  const places = weighted(area, mains, gap);
  return mains.map((main, index) => {
    const place = places[index] ?? area;
    // A camera fills its tile, which therefore has a camera's shape; of a screen every corner counts.
    return picture(main, "large", main.source === "screen" ? place : cameraIn(place));
  });
}

/** Equal ones in a grid; of different ones each gets its share of the longer side. */
function weighted(area: Area, mains: readonly Subject[], gap: number): readonly Area[] {
  const [first] = mains;
  if (!first) return [];
  if (mains.length > 2 && mains.every(({ weight, source }) => weight === first.weight && source === first.source)) {
    return gridPlaces(area, mains.length, gridFor({ ...area, gap }, mains.length), gap);
  }
  const wide = area.width >= area.height;
  const length = (wide ? area.width : area.height) - gap * (mains.length - 1);
  const all = mains.reduce((sum, { weight }) => sum + weight, 0);
  let along = wide ? area.x : area.y;
  return mains.map(({ weight }) => {
    const part = Math.max(0, (length * weight) / all);
    const place = wide ? { ...area, x: along, width: part } : { ...area, y: along, height: part };
    along += part + gap;
    return place;
  });
}

function cameraIn(place: Area): Area {
  const { tileWidth: width, tileHeight: height } = gridFor({ ...place, gap: 0 }, 1);
  return { x: place.x + (place.width - width) / 2, y: place.y + (place.height - height) / 2, width, height };
}

function picture(subject: Omit<Subject, "weight">, role: Role, place: Area | undefined): Picture {
  const { participant, source, pinned } = subject;
  const { x, y, width, height } = place ?? { x: 0, y: 0, width: 0, height: 0 };
  return {
    key: `${participant.id}:${source}`,
    participant,
    source,
    role,
    pinned,
    x: Math.round(x),
    y: Math.round(y),
    width: Math.floor(width),
    height: Math.floor(height),
  };
}

function whole({ width, height }: Stage): Area {
  return { x: 0, y: 0, width, height };
}

function between(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
