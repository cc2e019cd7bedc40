// Where the tiles go: as large as they fit, in an order that never jumps, on pages when there are too many.
// Pixels in, pixels out; who measures and who draws is not decided here.

export interface Stage {
  readonly width: number;
  readonly height: number;
  readonly gap: number;
}

export interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** How many tiles one page holds. */
  readonly perPage: number;
  readonly pages: number;
}

/** A stage narrower or lower than this is a phone's. */
const PHONE = 600;

/** On a phone more than six faces are too small to read. */
const PHONE_PER_PAGE = 6;

/** Our own tile and as many pictures as one connection may receive. */
const MOST_PER_PAGE = 25;

/** Narrower than this, a name no longer fits beside its mark. */
const LEAST_WIDTH = 136;
const LEAST_HEIGHT = 96;

/** Cameras are wide; a tile that is much higher than wide would show a nose. */
export const WIDEST = 16 / 9;
const TALLEST = 3 / 4;

export function isPhone(stage: Stage): boolean {
  return Math.min(stage.width, stage.height) < PHONE && stage.width < PHONE * 1.6;
}

/** The grid in which `count` tiles get the largest pictures. */
export function gridFor(stage: Stage, count: number): Grid {
  const wanted = Math.max(1, count);
  const most = isPhone(stage) ? PHONE_PER_PAGE : MOST_PER_PAGE;
  for (let perPage = Math.min(wanted, most); perPage > 1; perPage -= 1) {
    const grid = largest(stage, perPage, wanted);
    if (grid.tileWidth >= LEAST_WIDTH && grid.tileHeight >= LEAST_HEIGHT) return grid;
  }
  return largest(stage, 1, wanted);
}

function largest(stage: Stage, perPage: number, count: number): Grid {
  let best: Grid | undefined;
  for (let columns = 1; columns <= perPage; columns += 1) {
    const rows = Math.ceil(perPage / columns);
    const cellWidth = Math.max(0, (stage.width - stage.gap * (columns - 1)) / columns);
    const cellHeight = Math.max(0, (stage.height - stage.gap * (rows - 1)) / rows);
    const grid: Grid = {
      columns,
      rows,
      tileWidth: Math.floor(Math.min(cellWidth, cellHeight * WIDEST)),
      tileHeight: Math.floor(Math.min(cellHeight, cellWidth / TALLEST)),
      perPage,
      pages: Math.ceil(count / perPage),
    };
    if (!best || area(grid) > area(best)) best = grid;
  }
  // `perPage` is at least one, so the loop ran.
  return best as Grid;
}

/** What one sees of a camera's picture in such a tile: the part of a wide picture that is not cut away. */
function area({ tileWidth, tileHeight }: Grid): number {
  const shownWidth = Math.min(tileWidth, tileHeight * WIDEST);
  return shownWidth * tileHeight;
}

/** The small own picture beside one large other: big enough to check one's hair, small enough to forget. */
export function insetFor(tile: { readonly width: number; readonly height: number }): {
  readonly width: number;
  readonly height: number;
} {
  const SHARE = 0.26;
  const [LEAST, MOST] = [92, 260];
  const upright = tile.height > tile.width;
  const width = Math.round(Math.min(MOST, Math.max(LEAST, tile.width * SHARE)));
  return { width, height: Math.round(upright ? width / TALLEST : (width * 2) / 3) };
}

/**
 * How large a camera's picture is drawn so that it fills a tile: what does not fit is cut off, so it is larger
 * than the tile in one direction. Most cameras are wide.
 */
export function pictureIn(tile: { readonly width: number; readonly height: number }): {
  readonly width: number;
  readonly height: number;
} {
  return { width: Math.max(tile.width, tile.height * WIDEST), height: Math.max(tile.height, tile.width / WIDEST) };
}

/** A page that exists, whatever was asked for: people leave, and pages with them. */
export function pageWithin(page: number, pages: number): number {
  return Math.min(Math.max(0, page), Math.max(0, pages - 1));
}

/** The part of a list that one page shows. */
export function onPage<T>(list: readonly T[], page: number, perPage: number): readonly T[] {
  return list.slice(page * perPage, (page + 1) * perPage);
}

/** How many receiving slots to ask for: what the page shows, in steps, so that few offers are made. */
export function videoSlotsFor(shown: number, present: number): number {
  const MOST_SLOTS = 25;
  const STEP = 8;
  if (shown <= present) return present;
  return Math.min(MOST_SLOTS, present + Math.ceil((shown - present) / STEP) * STEP);
}
