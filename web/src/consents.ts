// What somebody at the door is asked for, what they say to it, and what they can do with their receipt.
import { type DoorKeys, type Outcome, request } from "./api";
import type { NewConsent, Notice, NoticeRequest, NoticeShown, Receipt, Statement } from "./protocol";

export type Given = Extract<Statement, { type: "given" }>;

/** What a receipt says, put together. */
export interface Kept {
  readonly given: Given;
  /** What they are called now. */
  readonly name: string;
  readonly withdrawnAt: number | undefined;
}

export function fetchNotice(meeting: string, keys: DoorKeys, language: string): Promise<Outcome<NoticeShown>> {
  const body: NoticeRequest = { door: { meeting, ...keys }, language };
  return request<NoticeShown>("POST", "/api/notices", body);
}

/** A text as it was shown to somebody. */
export function keptNotice(hash: string): Promise<Outcome<Notice>> {
  return request<Notice>("GET", `/api/notices/${hash}`);
}

export type Agreement = Omit<NewConsent, "door">;

export function agree(meeting: string, keys: DoorKeys, agreement: Agreement): Promise<Outcome<Receipt>> {
  const body: NewConsent = { door: { meeting, ...keys }, ...agreement };
  return request<Receipt>("POST", "/api/consents", body);
}

export function lookAtReceipt(token: string): Promise<Outcome<Receipt>> {
  return request<Receipt>("POST", "/api/consents/look", { token });
}

export function withdraw(token: string): Promise<Outcome<Receipt>> {
  return request<Receipt>("POST", "/api/consents/withdraw", { token });
}

export function correct(token: string, name: string): Promise<Outcome<Receipt>> {
  return request<Receipt>("POST", "/api/consents/correct", { token, name });
}

export function deleteAll(token: string): Promise<Outcome<undefined>> {
  return request<undefined>("POST", "/api/consents/delete", { token });
}

/** Nothing where it is no receipt that this version understands. */
export function read({ acts }: Receipt): Kept | undefined {
  const said = acts.map(({ statement }) => JSON.parse(statement) as Statement);
  const given = said.find((one) => one.type === "given");
  if (!given) return undefined;
  const corrected = said.findLast((one) => one.type === "corrected");
  const withdrawn = said.find((one) => one.type === "withdrawn");
  return { given, name: corrected?.name ?? given.name, withdrawnAt: withdrawn?.at };
}
