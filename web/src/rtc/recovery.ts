// What to do when packets stop: wait a moment, look for a new way, and at last build the connection anew.
// It never gives up by itself; the person leaves, or the network comes back.
import type { Health } from "./connection";

export interface RecoveryHooks {
  /** An ICE restart on the present connection. */
  restart(): void;
  /** A new connection in place of the present one. */
  renew(): void;
}

/** Many interruptions heal by themselves within this time. */
const RESTART_AFTER_MS = 2_000;
/** A way that has not been found by then will not be found by the same attempt. */
const RENEW_AFTER_MS = 10_000;
/** A connection that fails at once is not rebuilt more often than this. */
const LEAST_BETWEEN_RENEWALS_MS = 3_000;

export class Recovery {
  readonly #hooks: RecoveryHooks;
  #health: Health = "connecting";
  #signalOpen = true;
  #restarting = false;
  #restartTimer: ReturnType<typeof setTimeout> | undefined;
  #renewTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(hooks: RecoveryHooks) {
    this.#hooks = hooks;
    this.#expectConnection(RENEW_AFTER_MS);
  }

  onHealth(health: Health): void {
    this.#health = health;
    switch (health) {
      case "connected":
        this.#restarting = false;
        this.#clear();
        break;
      case "disconnected":
        this.#restartTimer ??= setTimeout(() => this.#restart(), RESTART_AFTER_MS);
        break;
      case "failed":
        if (this.#restarting) this.#expectConnection(LEAST_BETWEEN_RENEWALS_MS);
        else this.#restart();
        break;
      case "unusable":
        this.#restarting = true;
        this.#expectConnection(LEAST_BETWEEN_RENEWALS_MS);
        break;
      case "connecting":
        break;
    }
  }

  /** Without signalling nothing can be negotiated; once it is back, a broken way is looked after at once. */
  onSignal(open: boolean): void {
    const back = open && !this.#signalOpen;
    this.#signalOpen = open;
    if (back && this.#health !== "connected" && this.#health !== "connecting") this.#restart();
  }

  /** The device has a network again, perhaps another one. */
  onOnline(): void {
    if (this.#health === "disconnected" || this.#health === "failed") this.#restart();
  }

  stop(): void {
    this.#clear();
  }

  #restart(): void {
    this.#restartTimer = undefined;
    if (this.#restarting || !this.#signalOpen) return;
    this.#clear();
    this.#restarting = true;
    this.#hooks.restart();
    this.#expectConnection(RENEW_AFTER_MS);
  }

  #expectConnection(withinMs: number): void {
    clearTimeout(this.#renewTimer);
    this.#renewTimer = setTimeout(() => {
      this.#clear();
      if (this.#health === "connected") return;
      if (this.#signalOpen) this.#hooks.renew();
      else this.#expectConnection(RENEW_AFTER_MS);
    }, withinMs);
  }

  #clear(): void {
    clearTimeout(this.#restartTimer);
    clearTimeout(this.#renewTimer);
    this.#restartTimer = undefined;
    this.#renewTimer = undefined;
  }
}
