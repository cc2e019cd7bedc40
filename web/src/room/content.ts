// What people write and show to each other, and how it becomes the sealed bytes that the server carries
// unread. What comes from others is looked at strictly: whatever is not exactly one of these is nothing.
import type { Edit } from "./edits";

/** The longest message, and the longest text that is shown while it is typed, in UTF-16 units. */
export const MOST_TEXT = 2_000;

export const REACTIONS = ["agree", "applause", "heart", "smile", "sad", "slower"] as const;
export type Reaction = (typeof REACTIONS)[number];

/** The most answers to choose from: a scale from 0 to 10, and one more. */
export const MOST_ANSWERS = 12;
export const MOST_ANSWER = 120;

export type Content =
  /** A message; `id` tells one that came twice, after a lost connection. */
  | { readonly type: "message"; readonly id: string; readonly text: string }
  /** Letters of a message that is being typed. */
  | ({ readonly type: "typing" } & Edit)
  /** Letters of a caption; a new `line` begins with nothing. */
  | ({ readonly type: "caption"; readonly line: number } & Edit)
  | { readonly type: "reaction"; readonly reaction: Reaction }
  /** The words of a poll; the server knows its number only. */
  | { readonly type: "poll"; readonly poll: number; readonly question: string; readonly answers: readonly string[] }
  /** Someone asks to be heard: the microphone is the other's own to turn on. */
  | { readonly type: "plea"; readonly for: "microphone" };

/** The bytes of a content, as base64. */
export function pack(content: Content): string {
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** The content of bytes that someone sent; nothing, if they are not exactly one. */
export function unpack(base64: unknown): Content | undefined {
  if (typeof base64 !== "string") return undefined;
  try {
    const binary = atob(base64);
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof value === "object" && value !== null ? read(value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function read(value: Record<string, unknown>): Content | undefined {
  const { type, id, text, keep, add, line, reaction } = value;
  const only = (...names: string[]) => {
    const present = Object.keys(value);
    return present.length === names.length + 1 && names.every((name) => present.includes(name));
  };
  switch (type) {
    case "message":
      if (!only("id", "text") || typeof id !== "string" || !/^[0-9a-f]{16}$/.test(id)) return undefined;
      return isText(text) && text.trim() !== "" ? { type, id, text } : undefined;
    case "typing":
      return only("keep", "add") && isCount(keep) && isText(add) ? { type, keep, add } : undefined;
    case "caption":
      return only("line", "keep", "add") && isCount(line, Number.MAX_SAFE_INTEGER) && isCount(keep) && isText(add)
        ? { type, line, keep, add }
        : undefined;
    case "reaction": {
      const known = REACTIONS.find((one) => one === reaction);
      return only("reaction") && known ? { type, reaction: known } : undefined;
    }
    case "poll": {
      const { poll, question, answers } = value;
      if (!only("poll", "question", "answers") || !isCount(poll, 0xffff_ffff) || !isText(question) || question.trim() === "") return undefined;
      return areAnswers(answers) ? { type, poll, question, answers } : undefined;
    }
    case "plea":
      return only("for") && value["for"] === "microphone" ? { type, for: "microphone" } : undefined;
    default:
      return undefined;
  }
}

/** Text as a person types it: neither too long nor with signs that steer a terminal or a layout. */
function isText(value: unknown): value is string {
  // eslint-disable-next-line no-control-regex
  return typeof value === "string" && value.length <= MOST_TEXT && !/[\u0000-\u0008\u000b-\u001f\u007f]/.test(value);
}

function areAnswers(value: unknown): value is string[] {
  if (!Array.isArray(value) || value.length < 2 || value.length > MOST_ANSWERS) return false;
  return value.every((answer) => isText(answer) && answer.trim() !== "" && answer.length <= MOST_ANSWER);
}

function isCount(value: unknown, most = MOST_TEXT): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most;
}

/** What a person typed or pasted, as it may be sent. */
export function cleaned(typed: string): string {
  // eslint-disable-next-line no-control-regex
  return typed.replace(/\r\n?/g, "\n").replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "").slice(0, MOST_TEXT);
}
