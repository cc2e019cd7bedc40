// What the dock holds besides the microphone, the camera and the way out. An entry says where it belongs; the
// dock finds the place.
import type { IconName } from "./icons";
import type { Action } from "./shortcuts";

export interface DockEntry {
  /** Names the button for those who must find it again: the focus that comes back, a shortcut. */
  readonly id: string;
  /** Never changes, whatever the state. */
  readonly name: string;
  readonly icon: IconName;
  /** For what is on or off; absent for what is merely done. */
  readonly pressed?: boolean | undefined;
  /** Something new: shown as a number, said by `note`. */
  readonly count?: number;
  readonly note?: string;
  /** `dock`: always there. `wide`: there where it is wide, in "Mehr" on phones. `more`: always in "Mehr". */
  readonly place: "dock" | "wide" | "more";
  /** Opens a dialog or the like. */
  readonly opens?: boolean;
  /** What a key does, where one does the same. */
  readonly action?: Action;
  readonly onpress: () => void;
}

/** Gives the focus back to an entry's button, or to "Mehr" where it is in there. */
export function focusEntry(id: string): void {
  const find = (entry: string) => document.querySelector<HTMLElement>(`[data-dock="${entry}"]`);
  (find(id) ?? find("more"))?.focus();
}
