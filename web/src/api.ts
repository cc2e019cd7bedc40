// The server's HTTP interface: a few questions and their typed answers. A rule's "no" and a server out of
// reach are two different things, and both are values.
import type { Door, Entry, EntryRequest, Instance, NewMeeting, Problem, Refusal } from "./protocol";

/** What came of a request. */
export type Outcome<T> =
  | { readonly type: "done"; readonly value: T }
  /** The server said no; asking again the same way will not help. */
  | { readonly type: "refused"; readonly refusal: Refusal }
  /** No answer, or not from our server: the network, a proxy, a restart. */
  | { readonly type: "unreachable" };

/** Longer than this, and a person should hear that something is wrong. */
const PATIENCE_MS = 10_000;

export function fetchInstance(): Promise<Outcome<Instance>> {
  return request<Instance>("GET", "/api/instance");
}

export function createMeeting(): Promise<Outcome<NewMeeting>> {
  return request<NewMeeting>("POST", "/api/meetings", {});
}

/** What opens a door besides the meeting's identifier. */
export type DoorKeys = Omit<EntryRequest, "meeting">;

/** What someone may know who stands before a meeting. */
export function lookAtDoor(meeting: string, keys: DoorKeys): Promise<Outcome<Door>> {
  const body: EntryRequest = { meeting, ...keys };
  return request<Door>("POST", "/api/doors", body);
}

export function requestEntry(meeting: string, keys: DoorKeys, patienceMs = PATIENCE_MS): Promise<Outcome<Entry>> {
  const body: EntryRequest = { meeting, ...keys };
  return request<Entry>("POST", "/api/entries", body, patienceMs);
}

export async function request<T>(
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: object,
  patienceMs = PATIENCE_MS,
): Promise<Outcome<T>> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (method !== "GET") {
    headers["content-type"] = "application/json";
    // A foreign page can make a browser post a form, but not with a header of its own.
    headers["x-incamera"] = "1";
  }
  try {
    const response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      cache: "no-store",
      credentials: "same-origin",
      signal: AbortSignal.timeout(patienceMs),
    });
    // Nothing is said where there is nothing to say.
    const answer: unknown = response.status === 204 ? undefined : await response.json();
    if (response.ok) return { type: "done", value: answer as T };
    return isProblem(answer) ? { type: "refused", refusal: answer.code } : { type: "unreachable" };
  } catch {
    return { type: "unreachable" };
  }
}

function isProblem(answer: unknown): answer is Problem {
  return typeof answer === "object" && answer !== null && "code" in answer && typeof answer.code === "string";
}
