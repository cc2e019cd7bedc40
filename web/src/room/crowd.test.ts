// A room of 400: what it costs to follow it, and that its stage turns pages rather than shrink.
import { describe, expect, it } from "vitest";

import type { Participant, ServerMessage, TrackOf } from "../protocol";
import { gridFor, onPage } from "./layout";
import { reduce } from "./reduce";
import { type RoomState, slotShowing, initialRoom, missingFrom, others } from "./state";

const PEOPLE = 400;

const person = (number: number): Participant => ({
  id: String(number).padStart(16, "0"),
  number,
  microphone: true,
  camera: true,
  music: false,
  link: "connected",
});

const camera = (number: number): TrackOf => ({ participant: person(number).id, source: "camera" });

/** What a page does with each message: the next state, who is new, and the tiles that are shown. */
function follow(room: RoomState, message: ServerMessage): RoomState {
  const next = reduce(room, { type: "message", message });
  missingFrom(room, next);
  missingFrom(next, room);
  const people = others(next);
  const grid = gridFor({ width: 1248, height: 630, gap: 12 }, people.length);
  for (const { id } of onPage(people, 0, grid.perPage)) slotShowing(next, id, "camera");
  return next;
}

function crowd(): RoomState {
  let room = reduce(initialRoom, { type: "entered", you: person(1).id, participants: [person(1)] });
  for (let number = 2; number <= PEOPLE; number += 1) room = follow(room, { type: "joined", participant: person(number) });
  return room;
}

describe("a room of 400", () => {
  it("is followed without effort", () => {
    const begun = performance.now();
    let room = crowd();
    const slots = Array.from({ length: 25 }, (_, index) => ({ mid: String(index), track: camera(index + 2) }));
    room = follow(room, { type: "slots", slots });
    for (let number = 2; number <= PEOPLE; number += 1) {
      room = follow(room, { type: "changed", participant: { ...person(number), microphone: false } });
      room = follow(room, { type: "speaking", participants: [person(number).id] });
    }
    for (let number = PEOPLE; number > 1; number -= 1) room = follow(room, { type: "left", participant: person(number).id });
    const took = performance.now() - begun;
    console.log(`figure: ${Math.round(took)} ms for ${4 * PEOPLE} messages about ${PEOPLE} people`);
    expect(others(room)).toEqual([]);
    // Between a quarter and half of a second was measured on a busy machine.
    expect(took).toBeLessThan(1_500);
  });

  it("turns pages of tiles that one can still read", () => {
    const most = { desk: { width: 1248, height: 630 }, large: { width: 2500, height: 1300 }, phone: { width: 374, height: 680 } };
    for (const [name, size] of Object.entries(most)) {
      const grid = gridFor({ ...size, gap: 12 }, PEOPLE);
      console.log(`figure: ${name}: ${grid.perPage} tiles of ${grid.tileWidth} by ${grid.tileHeight} on each of ${grid.pages} pages`);
      expect(grid.perPage).toBeLessThanOrEqual(25);
      expect(grid.perPage * grid.pages).toBeGreaterThanOrEqual(PEOPLE);
      expect(grid.tileWidth).toBeGreaterThanOrEqual(136);
      expect(grid.tileHeight).toBeGreaterThanOrEqual(96);
    }
  });
});
