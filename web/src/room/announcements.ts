// What a screen reader is told, and how little of it: arrivals within a moment become one sentence, what is
// no longer true is not said, and no tile's state is repeated. Words are chosen in `ui/`.

export interface Movement {
  readonly type: "joined" | "left";
  readonly names: readonly string[];
}

export interface Notice {
  readonly type: "notice";
  /** What it is about: a newer notice on the same matter takes the place of the older. */
  readonly key: string;
  readonly text: string;
}

export type Announcement = Movement | Notice;

/** What waits to be said, oldest first. A value: `note` gives the next one. */
export type Waiting = readonly Announcement[];

/** More than this at once is noise; the oldest notices go first. */
const MOST_NOTICES = 3;

export function note(waiting: Waiting, announcement: Announcement): Waiting {
  if (announcement.type === "notice") return withNotice(waiting, announcement);
  const { type, names } = announcement;
  return names.reduce((list, name) => move(list, type, name), waiting);
}

function withNotice(waiting: Waiting, notice: Notice): Waiting {
  const others = waiting.filter((item) => item.type !== "notice" || item.key !== notice.key);
  const notices: Waiting = others.filter((item) => item.type === "notice");
  const surplus = new Set(notices.slice(0, Math.max(0, notices.length - MOST_NOTICES + 1)));
  return [...others.filter((item) => !surplus.has(item)), notice];
}

/** One person came or went. Whoever came and went before anything was said is not mentioned at all. */
function move(waiting: Waiting, type: "joined" | "left", name: string): Waiting {
  const opposite = type === "joined" ? "left" : "joined";
  const undone = waiting.find((item) => item.type === opposite && item.names.includes(name));
  if (undone) return withNames(waiting, opposite, (names) => withoutOne(names, name));
  if (waiting.some((item) => item.type === type)) return withNames(waiting, type, (names) => [...names, name]);
  return [...waiting, { type, names: [name] }];
}

function withNames(
  waiting: Waiting,
  type: "joined" | "left",
  change: (names: readonly string[]) => readonly string[],
): Waiting {
  return waiting
    .map((item) => (item.type === type ? { type, names: change(item.names) } : item))
    .filter((item) => item.type === "notice" || item.names.length > 0);
}

function withoutOne(names: readonly string[], name: string): readonly string[] {
  const index = names.indexOf(name);
  return names.filter((_, at) => at !== index);
}
