// Words for what goes wrong on the host's side.
import type { Outcome } from "../api";
import { m } from "../paraglide/messages.js";
import { problemWords } from "./words";

export function hostProblem(outcome: Exclude<Outcome<unknown>, { type: "done" }>): string {
  if (outcome.type === "unreachable") return problemWords("unreachable");
  switch (outcome.refusal) {
    case "loginWrong":
      return m.host_problem_wrong();
    case "codeNeeded":
    case "codeWrong":
      return m.code_wrong();
    case "sheetWrong":
      return m.recover_problem();
    case "passkeyWrong":
      return m.passkey_problem();
    case "organisationWrong":
      return m.organisation_problem();
    case "loginStale":
      return m.organisation_stale();
    case "loginTaken":
      return m.host_problem_taken();
    case "loginNeeded":
      return m.host_problem_signedout();
    case "invitationUnknown":
      return m.host_problem_invitation();
    case "malformed":
      return m.host_problem_malformed();
    case "addressNotAllowed":
      return m.face_problem_address();
    case "tooMany":
      return m.host_problem_many();
    case "busy":
    case "tooFast":
      return problemWords("tooFast");
    default:
      return problemWords(outcome.refusal);
  }
}

/** The same where somebody who is signed in types their password once more. */
export function passwordProblem(outcome: Exclude<Outcome<unknown>, { type: "done" }>): string {
  return outcome.type === "refused" && outcome.refusal === "loginWrong" ? m.host_unlock_wrong() : hostProblem(outcome);
}

/** A day as it is written on paper. */
export function dayWords(at: number): string {
  return new Intl.DateTimeFormat(document.documentElement.lang || "de", { dateStyle: "long" }).format(at);
}
