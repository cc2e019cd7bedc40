// The page as an app: whether it can be installed here, and how. Only who installs it has files kept on the device
// beyond what every browser keeps for a while.
import { trusted } from "./rtc/workers";

/** Chromium's offer to install; other browsers have it in a menu. */
interface Offer extends Event {
  prompt(): Promise<{ outcome: "accepted" | "dismissed" }>;
}

export type Way =
  /** One press. */
  | "offer"
  /** It is the app already. */
  | "installed"
  /** By the share menu of iPhones and iPads. */
  | "share"
  /** By the menu of the browser, where it has it. */
  | "menu";

let offer: Offer | undefined;
let installed = false;
const listeners = new Set<() => void>();

/** To be called before anything else: the offer comes once, and early. */
export function listenForOffer(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer = event as Offer;
    tell();
  });
  addEventListener("appinstalled", () => {
    offer = undefined;
    installed = true;
    void keepFiles();
    tell();
  });
  if (runsAsApp()) void keepFiles();
}

export function wayToInstall(): Way {
  if (installed || runsAsApp()) return "installed";
  if (offer) return "offer";
  return isApple() ? "share" : "menu";
}

/** Calls back when the way has changed, until the returned function is called. */
export function onWay(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** To be called from a press. */
export async function install(): Promise<void> {
  const now = offer;
  offer = undefined;
  await now?.prompt();
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}

function runsAsApp(): boolean {
  return matchMedia("(display-mode: standalone)").matches;
}

/** Phones and tablets of Apple; a tablet says it was a computer, and has fingers. */
function isApple(): boolean {
  return /iPhone|iPad/.test(navigator.userAgent) || (navigator.userAgent.includes("Macintosh") && navigator.maxTouchPoints > 1);
}

async function keepFiles(): Promise<void> {
  await navigator.serviceWorker?.register(trusted("/service-worker.js")).catch(() => undefined);
}
