// What a screen reader is told of the room, and nothing that a tile already says.
import { m } from "../paraglide/messages.js";
import { newHands } from "../room/people";
import { type RoomState, beginsToPause, missingFrom, others, ourselves } from "../room/state";
import type { TalkState } from "../room/talk";
import { announcer } from "./announcer.svelte";
import { knockName, nameOf, reactionWords } from "./words";

export function tell(before: RoomState, now: RoomState): void {
  if (!before.waiting && now.waiting) announcer.notice("waiting", m.wait_text());
  if (before.waiting && !now.waiting && now.you !== undefined) announcer.urgent(m.say_admitted());
  for (const knock of now.knocks) {
    if (!before.knocks.some(({ id }) => id === knock.id)) announcer.notice(`knock:${knock.id}`, m.say_knock({ name: knockName(knock) }));
  }
  if (before.you === undefined && now.you !== undefined) {
    const count = others(now).length;
    announcer.notice("entered", count === 0 ? m.say_entered_alone() : m.say_entered({ count }));
    return;
  }
  tellTrouble(before, now);
  // After a return everyone has a new place; that is no news about people.
  if (before.you !== now.you || before.participants === now.participants) return;
  tellShares(before, now);
  tellTasks(before, now);
  for (const person of missingFrom(before, now)) announcer.joined(nameOf(person));
  for (const person of missingFrom(now, before)) announcer.left(nameOf(person));
  for (const person of newHands(before.participants, now.participants)) {
    if (person.id !== now.you) announcer.notice(`hand:${person.id}`, m.hand_raised_by({ name: nameOf(person) }));
  }
}

function tellTrouble(before: RoomState, now: RoomState): void {
  const troubled = (state: RoomState) => state.signal !== "open" || state.media === "interrupted";
  if (!troubled(before) && troubled(now)) {
    announcer.urgent(now.signal === "returning" ? m.banner_returning() : m.banner_broken());
  }
  if (troubled(before) && !troubled(now)) announcer.notice("trouble", m.banner_back());
  if (beginsToPause(before, now)) announcer.notice("paused", m.say_paused());
}

function tellShares(before: RoomState, now: RoomState): void {
  const sharing = (state: RoomState) => new Set(others(state).filter(({ screen }) => screen).map(({ id }) => id));
  const [shared, shares] = [sharing(before), sharing(now)];
  for (const person of others(now)) {
    const [was, is] = [shared.has(person.id), shares.has(person.id)];
    if (!was && is) announcer.notice("share", m.say_share_begins({ name: nameOf(person) }));
    if (was && !is) announcer.notice("share", m.say_share_ends({ name: nameOf(person) }));
  }
}

/** What others write and show, unless it is before the person's eyes anyway. */
export function tellTalk(before: TalkState, now: TalkState, you: string | undefined): void {
  const news = now.messages.at(-1);
  if (news && !news.own && news !== before.messages.at(-1)) {
    announcer.notice("chat", m.chat_news({ name: nameOf(news.author), text: news.text }));
  }
  if (now.question && now.question.poll !== before.question?.poll) {
    announcer.notice("poll", m.poll_news({ question: now.question.question }));
  }
  for (const [id, shown] of now.reactions) {
    if (id === you || before.reactions.get(id) === shown) continue;
    announcer.notice(`react:${id}`, m.react_news({ name: nameOf(shown.author), reaction: reactionWords(shown.reaction) }));
  }
}

/** A task that someone gave us, or took back. */
function tellTasks(before: RoomState, now: RoomState): void {
  const tasks = (state: RoomState) => ourselves(state)?.tasks ?? [];
  if (before.you !== now.you) return;
  for (const task of tasks(now)) {
    if (tasks(before).includes(task)) continue;
    announcer.urgent(task === "captions" ? m.task_given_captions() : m.task_given_interpreter());
  }
}
