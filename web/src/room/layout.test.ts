import { describe, expect, it } from "vitest";

import { gridFor, insetFor, isPhone, onPage, pageWithin, pictureIn, videoSlotsFor } from "./layout";

const desktop = { width: 1248, height: 630, gap: 12 };
const phone = { width: 374, height: 680, gap: 12 };

describe("gridFor", () => {
  it("never draws outside the stage, whatever its size and however many there are", () => {
    for (const width of [0, 150, 320, 374, 768, 1280, 2560]) {
      for (const height of [0, 120, 400, 680, 1300]) {
        for (let count = 0; count <= 50; count += 1) {
          const gap = 12;
          const grid = gridFor({ width, height, gap }, count);
          expect(grid.columns * grid.tileWidth + (grid.columns - 1) * gap).toBeLessThanOrEqual(Math.max(width, grid.tileWidth));
          expect(grid.rows * grid.tileHeight + (grid.rows - 1) * gap).toBeLessThanOrEqual(Math.max(height, grid.tileHeight));
          expect(grid.columns * grid.rows).toBeGreaterThanOrEqual(grid.perPage);
          expect(grid.pages * grid.perPage).toBeGreaterThanOrEqual(count);
        }
      }
    }
  });

  it("puts two beside each other on a desk and above each other on a phone", () => {
    expect(gridFor(desktop, 2)).toMatchObject({ columns: 2, rows: 1 });
    expect(gridFor(phone, 2)).toMatchObject({ columns: 1, rows: 2 });
  });

  it("fills a wide stage with six in two rows of three", () => {
    expect(gridFor(desktop, 6)).toMatchObject({ columns: 3, rows: 2, pages: 1 });
  });

  it("turns the page on a phone after six", () => {
    expect(isPhone(phone)).toBe(true);
    expect(gridFor(phone, 6).pages).toBe(1);
    expect(gridFor(phone, 7)).toMatchObject({ perPage: 6, pages: 2 });
  });

  it("shows at most as many as one connection receives", () => {
    const grid = gridFor({ width: 2500, height: 1400, gap: 12 }, 50);
    expect(grid).toMatchObject({ perPage: 25, pages: 2 });
  });

  it("rather turns the page than show what nobody can read", () => {
    const grid = gridFor({ width: 300, height: 220, gap: 12 }, 6);
    expect(grid.perPage).toBeLessThan(6);
    expect(grid.tileWidth).toBeGreaterThanOrEqual(136);
  });
});

describe("pages", () => {
  it("stay within what exists", () => {
    expect(pageWithin(3, 2)).toBe(1);
    expect(pageWithin(-1, 2)).toBe(0);
    expect(pageWithin(0, 0)).toBe(0);
    expect(onPage([1, 2, 3, 4, 5], 1, 2)).toEqual([3, 4]);
  });
});

describe("insetFor", () => {
  it("stays small, and stands upright on an upright tile", () => {
    expect(insetFor({ width: 1120, height: 630 }).width).toBe(260);
    const upright = insetFor({ width: 340, height: 453 });
    expect(upright.height).toBeGreaterThan(upright.width);
  });
});

describe("pictureIn", () => {
  it("covers the tile", () => {
    expect(pictureIn({ width: 320, height: 180 })).toEqual({ width: 320, height: 180 });
    expect(pictureIn({ width: 270, height: 360 })).toEqual({ width: 640, height: 360 });
  });
});

describe("videoSlotsFor", () => {
  it("grows in steps and ends at what a connection may have", () => {
    expect(videoSlotsFor(3, 9)).toBe(9);
    expect(videoSlotsFor(10, 9)).toBe(17);
    expect(videoSlotsFor(24, 9)).toBe(25);
    expect(videoSlotsFor(50, 9)).toBe(25);
  });
});
