// Keeps the screen on while someone is in a room: a phone that goes dark stops its camera.

/** Holds a wake lock where the browser has one, until the returned function is called. */
export function keepAwake(): () => void {
  let wanted = true;
  let lock: WakeLockSentinel | undefined;

  const hold = async () => {
    if (!wanted || document.visibilityState !== "visible") return;
    try {
      lock = await (navigator as { wakeLock?: WakeLock }).wakeLock?.request("screen");
      if (!wanted) await lock?.release();
    } catch {
      // Low battery, or a policy: then the screen follows the device's own settings.
    }
  };
  // The browser drops the lock whenever the page is hidden.
  const onVisible = () => void hold();
  document.addEventListener("visibilitychange", onVisible);
  void hold();

  return () => {
    wanted = false;
    document.removeEventListener("visibilitychange", onVisible);
    void lock?.release().catch(() => undefined);
  };
}
