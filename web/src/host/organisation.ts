// Signing in by an organisation's own provider (OpenID Connect). The browser goes there and comes back to `/host/signed-in`.
import { type Outcome, request } from "../api";
import type { OrganisationLogin, OrganisationOffer, SignedIn } from "../protocol";
import { type Session, withVault } from "./session";

/** The page to which the provider sends people back. */
export const BACK = "/host/signed-in";
const STATE = "incamera:organisation";

/** Leaves the page, unless something is wrong. */
export async function goToOrganisation(): Promise<Outcome<unknown>> {
  const outcome = await request<OrganisationOffer>("POST", "/api/organisation/begin", {});
  if (outcome.type !== "done") return outcome;
  const { state, ceremony } = outcome.value;
  sessionStorage.setItem(STATE, JSON.stringify({ state, ceremony }));
  location.assign(outcome.value.url);
  return outcome;
}

/**
 * Whoever came back. Only who was sent from this tab is taken: otherwise a stranger's link could sign somebody in as the
 * stranger, and have them write their appointments down there (RFC 6749 section 10.12).
 */
export async function comeBack(search: string): Promise<Outcome<Session> | { readonly type: "declined" }> {
  const answer = new URLSearchParams(search);
  const sent = JSON.parse(sessionStorage.getItem(STATE) ?? "{}") as { readonly state?: string; readonly ceremony?: string };
  sessionStorage.removeItem(STATE);
  const { state, ceremony } = sent;
  if (state === undefined || ceremony === undefined || answer.get("state") !== state) return { type: "refused", refusal: "organisationWrong" };
  const code = answer.get("code");
  if (code === null) return { type: "declined" };
  const body: OrganisationLogin = { ceremony, code };
  return withVault(await request<SignedIn>("POST", "/api/logins/organisation", body), undefined);
}
