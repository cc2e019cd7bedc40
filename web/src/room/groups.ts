// Who goes where when a room is split.
import type { Participant, Placement } from "../protocol";

export type Manner =
  /** By chance, in groups of nearly the same size. */
  | "random"
  /** Everyone chooses. */
  | "choose"
  /** Hosts send people one by one. */
  | "hand";

/** The numbers of so many groups. */
export function groupNumbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

export function placementsFor(
  manner: Manner,
  people: readonly Pick<Participant, "id">[],
  groups: number,
  random: () => number,
): readonly Placement[] {
  if (manner !== "random") return [];
  return shuffled(people, random).map(({ id }, index) => ({ participant: id, group: (index % groups) + 1 }));
}

/** Every order is as likely as any other (Fisher and Yates). */
function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const [one, two] = [order[last], order[other]];
    if (one !== undefined && two !== undefined) [order[last], order[other]] = [two, one];
  }
  return order;
}
