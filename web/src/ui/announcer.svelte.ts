// Speaks to screen readers: one calm voice that waits a moment and merges, one that speaks at once. Both
// live regions are on the page from the start (`Announcer.svelte`), since later ones are not heard.
import { m } from "../paraglide/messages.js";
import { type Announcement, type Waiting, note } from "../room/announcements";
import { comfort } from "./comfort.svelte";

/** People arrive in groups; one sentence for those who come together. */
const MERGE_MS = 800;
/** Said and gone, so that nobody finds an old sentence while reading the page. */
const FORGET_MS = 6_000;
/** What concerns the one who listens, not what others do. */
const OWN = ["entered", "trouble", "paused", "asked"];

let polite = $state("");
let assertive = $state("");

let waiting: Waiting = [];
let mergeTimer: ReturnType<typeof setTimeout> | undefined;
let politeTimer: ReturnType<typeof setTimeout> | undefined;
let assertiveTimer: ReturnType<typeof setTimeout> | undefined;

export const announcer = {
  get polite(): string {
    return polite;
  },
  get assertive(): string {
    return assertive;
  },

  /** Says something calmly, soon. A newer notice with the same key takes the place of the older. */
  notice(key: string, text: string): void {
    add({ type: "notice", key, text });
  },
  joined(name: string): void {
    add({ type: "joined", names: [name] });
  },
  left(name: string): void {
    add({ type: "left", names: [name] });
  },
  /** Says something now: the person's own doing, or something they must know. */
  urgent(text: string): void {
    if (comfort.telling === "none") return;
    clearTimeout(assertiveTimer);
    assertive = text;
    assertiveTimer = setTimeout(() => (assertive = ""), FORGET_MS);
  },
};

function add(announcement: Announcement): void {
  if (comfort.telling === "none") return;
  if (comfort.telling === "own" && (announcement.type !== "notice" || !OWN.includes(announcement.key))) return;
  waiting = note(waiting, announcement);
  mergeTimer ??= setTimeout(flush, MERGE_MS);
}

function flush(): void {
  mergeTimer = undefined;
  polite = waiting.map(sentence).join(" ");
  waiting = [];
  clearTimeout(politeTimer);
  politeTimer = setTimeout(() => (polite = ""), FORGET_MS);
}

function sentence(announcement: Announcement): string {
  switch (announcement.type) {
    case "joined":
      return announcement.names.length === 1
        ? m.say_joined_one({ name: announcement.names[0] ?? "" })
        : m.say_joined_many({ count: announcement.names.length });
    case "left":
      return announcement.names.length === 1
        ? m.say_left_one({ name: announcement.names[0] ?? "" })
        : m.say_left_many({ count: announcement.names.length });
    case "notice":
      return announcement.text;
  }
}
