import { describe, expect, it } from "vitest";

import type { Participant } from "../protocol";
import { MOST_TEXT, cleaned, pack, unpack, type Content } from "./content";
import { applyEdit, editBetween } from "./edits";
import { found, newHands, raisedHands, waitedMinutes } from "./people";
import { REACTION_MS, type TalkEvent, type TalkState, initialTalk, talkAfter } from "./talk";

const person = (id: string, number: number, more: Partial<Participant> = {}): Participant => ({
  id,
  number,
  microphone: false,
  camera: false,
  music: false,
  link: "connected",
  ...more,
});
const anna = person("a", 1, { name: "Anna" });
const ben = person("b", 2, { name: "Ben" });
const ID = "0123456789abcdef";

const got = (content: Content, more: Partial<Extract<TalkEvent, { type: "received" }>> = {}): TalkEvent => ({
  type: "received",
  from: ben,
  you: anna,
  alone: false,
  content,
  at: 1_000,
  reading: false,
  ...more,
});
const after = (...events: TalkEvent[]): TalkState => events.reduce(talkAfter, initialTalk);
const said = (text: string, id = ID): Content => ({ type: "message", id, text });

describe("sealed content", () => {
  const contents: Content[] = [
    said("Grüße 👋🏽\nund eine zweite Zeile"),
    said("x".repeat(MOST_TEXT)),
    { type: "typing", keep: 3, add: "ä" },
    { type: "caption", line: 12, keep: 0, add: "Guten Tag" },
    { type: "reaction", reaction: "slower" },
    { type: "plea", for: "microphone" },
  ];
  it.each(contents)("survives the way: $type", (content) => {
    expect(unpack(pack(content))).toEqual(content);
  });

  const wrong: unknown[] = [
    null,
    [],
    "message",
    {},
    { type: "message" },
    { type: "message", id: ID, text: "" },
    { type: "message", id: ID, text: " \n " },
    { type: "message", id: ID, text: "x".repeat(MOST_TEXT + 1) },
    { type: "message", id: ID, text: "a\u0007b" },
    { type: "message", id: ID, text: "a", html: "<b>a</b>" },
    { type: "message", id: "7", text: "a" },
    { type: "message", id: ID, text: { toString: "a" } },
    { type: "typing", keep: -1, add: "" },
    { type: "typing", keep: 0.5, add: "" },
    { type: "typing", keep: MOST_TEXT + 1, add: "" },
    { type: "caption", keep: 0, add: "" },
    { type: "reaction", reaction: "constructor" },
    { type: "plea", for: "camera" },
    { type: "command", run: "x" },
  ];
  it.each(wrong)("is nothing when it is not exactly one: %j", (value) => {
    const bytes = btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value))));
    expect(unpack(bytes)).toBeUndefined();
  });

  it("is nothing when it is no text at all", () => {
    for (const bytes of ["", "!", "////", btoa("{"), btoa("\xff"), 7, undefined]) expect(unpack(bytes)).toBeUndefined();
  });

  it("is made of what a person pasted", () => {
    expect(cleaned("a\r\nb\rc\u0000\u001b[31md")).toBe("a\nb\nc[31md");
    expect(cleaned("x".repeat(5_000))).toHaveLength(MOST_TEXT);
  });
});

describe("letters as they are typed", () => {
  it("become the same text on the other side, whatever is typed", () => {
    const texts = ["", "G", "Gu", "Gut", "Gzt", "", "👋", "👍", "👍🏽", "a👍b", "ab", "x".repeat(30), ""];
    let shown = "";
    texts.reduce((before, now) => {
      const edit = editBetween(before, now);
      expect(unpack(pack({ type: "typing", ...edit }))).toBeDefined();
      shown = applyEdit(shown, edit, MOST_TEXT);
      expect(shown).toBe(now);
      return now;
    });
  });

  it("show those who came later that something came before", () => {
    const first = applyEdit("", { keep: 10, add: "und" }, MOST_TEXT);
    expect(first).toBe("… und");
    expect(applyEdit(first, { keep: 13, add: " so" }, MOST_TEXT)).toBe("… und so");
  });

  it("stay within bounds", () => {
    const long = "x".repeat(MOST_TEXT);
    expect(applyEdit(long, { keep: MOST_TEXT, add: long }, MOST_TEXT)).toHaveLength(MOST_TEXT);
  });
});

describe("the chat", () => {
  it("counts what came while it was closed, and once only", () => {
    const talk = after(got(said("Hallo")), got(said("Hallo")), got(said("Noch da?", "fedcba9876543210")));
    expect(talk.messages.map(({ text }) => text)).toEqual(["Hallo", "Noch da?"]);
    expect(talk.unread).toBe(2);
    expect(talkAfter(talk, { type: "read" }).unread).toBe(0);
    expect(after(got(said("Hallo"), { reading: true })).unread).toBe(0);
  });

  it("knows what is for us alone", () => {
    const talk = after(got(said("Nur für Sie"), { alone: true }), got(said("Für alle", "fedcba9876543210")));
    expect(talk.messages.map(({ privateTo }) => privateTo?.id)).toEqual(["a", undefined]);
  });

  it("keeps messages of those who left, and not what they had begun", () => {
    const talk = after(got(said("Tschüs")), got({ type: "typing", keep: 0, add: "und" }), { type: "gone", participant: "b" });
    expect(talk.messages[0]?.author.name).toBe("Ben");
    expect(talk.drafts.size).toBe(0);
  });

  it("lets a message take the place of its letters", () => {
    const typing = after(got({ type: "typing", keep: 0, add: "Hal" }), got({ type: "typing", keep: 3, add: "lo" }));
    expect(typing.drafts.get("b")?.text).toBe("Hallo");
    expect(talkAfter(typing, got(said("Hallo"))).drafts.size).toBe(0);
    expect(talkAfter(typing, got({ type: "typing", keep: 0, add: "" })).drafts.size).toBe(0);
  });

  it("never continues for all what was typed for one", () => {
    const talk = after(got({ type: "typing", keep: 0, add: "geheim" }, { alone: true }), got({ type: "typing", keep: 6, add: "!" }));
    expect(talk.drafts.get("b")).toMatchObject({ private: false, text: "… !" });
  });

  it("does not grow for ever", () => {
    const ids = Array.from({ length: 1_200 }, (_, index) => index.toString(16).padStart(16, "0"));
    const talk = after(...ids.map((id) => got(said("Flut", id))));
    expect(talk.messages).toHaveLength(1_000);
    expect(talk.messages.at(-1)?.id).toBe(ids.at(-1));
  });

  it("says when a message reached nobody", () => {
    const message = { id: ID, author: anna, own: true, privateTo: ben, text: "Hallo", at: 0, failed: false };
    expect(after({ type: "sent", message }, { type: "failed", id: ID }).messages[0]?.failed).toBe(true);
  });
});

describe("captions, reactions, pleas", () => {
  const line: Content = { type: "caption", line: 1, keep: 0, add: "Guten" };

  it("come only from those with the task, and for all", () => {
    const writer = { ...ben, tasks: ["captions" as const] };
    expect(after(got(line)).captions).toEqual([]);
    expect(after(got(line, { from: writer, alone: true })).captions).toEqual([]);
    const more: Content = { type: "caption", line: 1, keep: 5, add: " Tag" };
    const talk = after(got(line, { from: writer }), got(more, { from: writer }), got({ ...line, line: 2 }, { from: writer }));
    expect(talk.captions.map(({ text }) => text)).toEqual(["Guten Tag", "Guten"]);
  });

  it("pass", () => {
    const talk = after(got({ type: "reaction", reaction: "heart" }));
    expect(talk.reactions.get("b")?.reaction).toBe("heart");
    expect(talkAfter(talk, { type: "tick", at: 1_000 + REACTION_MS - 1 })).toBe(talk);
    expect(talkAfter(talk, { type: "tick", at: 1_000 + REACTION_MS }).reactions.size).toBe(0);
  });

  it("ask once, and only us", () => {
    const plea: Content = { type: "plea", for: "microphone" };
    const talk = after(got(plea, { alone: true }), got(plea, { alone: true }), got(plea));
    expect(talk.pleas).toHaveLength(1);
    const [asked] = talk.pleas;
    expect(asked && talkAfter(talk, { type: "answered", plea: asked }).pleas).toEqual([]);
    expect(after(got(plea)).pleas).toEqual([]);
  });
});

describe("people", () => {
  const people = [anna, { ...ben, hand: 500 }, person("c", 3, { name: "Zoë Ömer", hand: 20 })];

  it("wait in the order in which they raised their hands", () => {
    expect(raisedHands(people).map(({ id }) => id)).toEqual(["c", "b"]);
    expect(newHands([anna, { ...ben, hand: 500 }], people).map(({ id }) => id)).toEqual(["c"]);
    expect([waitedMinutes(0, 59_999), waitedMinutes(0, 60_000), waitedMinutes(9, 0)]).toEqual([0, 1, 0]);
  });

  it("are found as their names are typed", () => {
    const search = (typed: string) => found(people, typed, ({ name = "" }) => name).map(({ id }) => id);
    expect([search("zoe"), search("ome"), search("N"), search(" "), search("xy")]).toEqual([["c"], ["c"], ["a", "b"], ["a", "b", "c"], []]);
  });
});

describe("a poll's words", () => {
  const question = { type: "poll", poll: 7, question: "Wie geht es?", answers: ["gut", "schlecht"] } as const;
  const from = (role: Participant["role"]): TalkEvent => ({
    type: "received",
    from: { id: "j", number: 1, microphone: false, camera: false, music: false, link: "connected", ...(role ? { role } : {}) },
    alone: false,
    you: { id: "a", number: 2 },
    content: question,
    at: 0,
    reading: false,
  });

  it("are believed from hosts only", () => {
    expect(talkAfter(initialTalk, from(undefined)).question).toBeUndefined();
    expect(talkAfter(initialTalk, from("guest")).question).toBeUndefined();
    for (const role of ["host", "coHost"] as const) expect(talkAfter(initialTalk, from(role)).question?.answers).toEqual(["gut", "schlecht"]);
  });

  it("keep what was chosen when they come again, and lose it with the next poll", () => {
    const chosen = talkAfter(talkAfter(initialTalk, from("host")), { type: "chose", poll: 7, option: 1 });
    expect(talkAfter(chosen, from("host")).question?.chosen).toBe(1);
    expect(talkAfter(chosen, { type: "chose", poll: 8, option: 0 }).question?.chosen).toBe(1);
    const next = talkAfter(chosen, { type: "asked", question: { poll: 8, question: "Und nun?", answers: ["a", "b"] } });
    expect(next.question?.chosen).toBeUndefined();
  });

  it("are two to twelve answers, or nothing", () => {
    const bytes = (more: object) => pack({ ...question, ...more } as Content);
    expect(unpack(bytes({}))).toEqual(question);
    for (const answers of [[], ["eine"], Array.from({ length: 13 }, String), ["a", " "], ["a", 1], ["a", "x".repeat(121)], "ab"]) {
      expect(unpack(bytes({ answers })), JSON.stringify(answers)).toBeUndefined();
    }
    for (const poll of [-1, 1.5, 2 ** 32, "7"]) expect(unpack(bytes({ poll })), String(poll)).toBeUndefined();
    expect(unpack(bytes({ question: " " }))).toBeUndefined();
  });
});
