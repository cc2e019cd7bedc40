// Whether anyone can see this page. Pictures for a tab that lies behind others are sent for nobody; sound goes
// on, so that one can listen while doing something else.

/** Whoever looks at another tab for a moment finds the pictures as they were. */
const AWAY_AFTER_MS = 5_000;

/** Calls back when the page has been out of sight for a while, and as soon as it is back; until stopped. */
export function watchAttention(tell: (seen: boolean) => void): () => void {
  let seen = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const set = (now: boolean) => {
    if (now === seen) return;
    seen = now;
    tell(now);
  };
  const look = () => {
    clearTimeout(timer);
    if (document.visibilityState === "visible") set(true);
    else timer = setTimeout(() => set(false), AWAY_AFTER_MS);
  };
  document.addEventListener("visibilitychange", look);
  look();
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", look);
  };
}
