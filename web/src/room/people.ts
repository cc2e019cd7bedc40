// Who is in the room, as a list of people: whose hand waits for how long, whom a search finds, who is
// connected badly.
import type { Participant } from "../protocol";

/** Whether someone looks after the room. */
export function isHost({ role }: Pick<Participant, "role">): boolean {
  return role === "host" || role === "coHost";
}

/** Those with a raised hand, who waits longest first. */
export function raisedHands(participants: readonly Participant[]): readonly Participant[] {
  const turn = ({ hand }: Participant) => hand ?? Number.POSITIVE_INFINITY;
  return participants.filter(({ hand }) => hand !== undefined).sort((one, other) => turn(one) - turn(other));
}

/** Whose hand is up now and was not before. */
export function newHands(before: readonly Participant[], now: readonly Participant[]): readonly Participant[] {
  const known = new Map(before.map((one) => [one.id, one.hand]));
  return raisedHands(now).filter(({ id, hand }) => known.get(id) !== hand);
}

/** Whole minutes since a hand was raised, on the room's clock. */
export function waitedMinutes(hand: number, clock: number): number {
  return Math.max(0, Math.floor((clock - hand) / 60_000));
}

export function hasTask({ tasks = [] }: Participant, task: NonNullable<Participant["tasks"]>[number]): boolean {
  return tasks.includes(task);
}

/** Whom a search finds, by the names that are shown; in the order of the list. */
export function found(participants: readonly Participant[], search: string, nameOf: (one: Participant) => string): readonly Participant[] {
  const wanted = plain(search).trim();
  return wanted === "" ? participants : participants.filter((one) => plain(nameOf(one)).includes(wanted));
}

/** Letters without their marks and their size: "Ö" is found with "o", as names are often typed. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}
