// Copies a text with one press, says so, and goes back to what it was.
import { announcer } from "./announcer.svelte";

/** Long enough to be seen, short enough not to look like the button's name. */
const CONFIRM_MS = 4_000;

export class Copying {
  /** A moment ago. */
  done = $state(false);
  /** The browser does not let us: it must be done by hand. */
  failed = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Gives false where it must be done by hand. */
  async copy(text: string, said: string): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      this.failed = true;
      return false;
    }
    this.done = true;
    this.failed = false;
    announcer.notice("copied", said);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.done = false), CONFIRM_MS);
    return true;
  }
}
