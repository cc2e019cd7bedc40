// When to look for the person anew, when the last outline still holds, and when the device has fallen behind. Time is
// an argument: this is the part that decides what may be shown, and it is tested without a browser.

/** The outline is looked for about twelve times a second; between, the last one is taken. */
const LOOK_EVERY_MS = 80;

/** An outline older than this is not where the person is any more, and would show the room where they were. */
const OUTLINE_HOLDS_MS = 160;

/** A single slow moment is no news; this many in a row are. */
const SLOW_LOOKS = 12;

/** Taking longer than this each time means fewer than six pictures a second: then hiding everything is kinder. */
const TOO_SLOW_MS = 160;

/** A device that was busy for a moment gets another chance. */
const REST_MS = 15_000;

export type Step =
  /** Look for the person in this very picture. */
  | "look"
  /** The last outline still holds. */
  | "reuse"
  /** There is no outline to be trusted: everything is hidden. */
  | "hide";

export class Pace {
  #lookedAt = Number.NEGATIVE_INFINITY;
  #outlineAt = Number.NEGATIVE_INFINITY;
  #slow = 0;
  #restUntil = Number.NEGATIVE_INFINITY;

  get behind(): boolean {
    return this.#restUntil > Number.NEGATIVE_INFINITY;
  }

  /** What to do with a picture that came at `now`. */
  step(now: number): Step {
    if (now < this.#restUntil) return "hide";
    if (now - this.#lookedAt >= LOOK_EVERY_MS) return "look";
    return now - this.#outlineAt <= OUTLINE_HOLDS_MS ? "reuse" : "hide";
  }

  /** A look at a picture of the time `began` has given an outline, or has not. */
  looked(began: number, ended: number, found: boolean): void {
    this.#lookedAt = began;
    if (found) this.#outlineAt = began;
    if (ended - began <= TOO_SLOW_MS) {
      this.#slow = 0;
      this.#restUntil = Number.NEGATIVE_INFINITY;
      return;
    }
    this.#slow += 1;
    if (this.#slow < SLOW_LOOKS && !this.behind) return;
    this.#slow = 0;
    this.#restUntil = ended + REST_MS;
  }
}
