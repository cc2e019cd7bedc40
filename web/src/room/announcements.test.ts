import { describe, expect, it } from "vitest";

import { type Announcement, type Waiting, note } from "./announcements";

const waiting = (...list: Announcement[]): Waiting => list.reduce(note, [] as Waiting);
const joined = (...names: string[]): Announcement => ({ type: "joined", names });
const left = (...names: string[]): Announcement => ({ type: "left", names });
const notice = (key: string, text = key): Announcement => ({ type: "notice", key, text });

describe("note", () => {
  it("makes one sentence of those who come together", () => {
    expect(waiting(joined("Anna"), joined("Ben"), joined("Cleo"))).toEqual([joined("Anna", "Ben", "Cleo")]);
  });

  it("does not mention who came and went, or went and came back", () => {
    expect(waiting(joined("Anna"), left("Anna"))).toEqual([]);
    expect(waiting(left("Ben"), joined("Ben"))).toEqual([]);
    expect(waiting(joined("Anna"), joined("Ben"), left("Anna"))).toEqual([joined("Ben")]);
  });

  it("keeps only the newest word on a matter", () => {
    expect(waiting(notice("link", "gone"), notice("link", "back"))).toEqual([notice("link", "back")]);
  });

  it("drops the oldest notices when there are too many, and never people", () => {
    const list = waiting(joined("Anna"), notice("1"), notice("2"), notice("3"), notice("4"));
    expect(list).toEqual([joined("Anna"), notice("2"), notice("3"), notice("4")]);
  });
});
