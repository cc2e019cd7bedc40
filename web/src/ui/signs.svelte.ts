// What tiles and panels show of people beside their picture: hands, reactions, how long someone waits. Handed
// down by the room, so that whatever lies between need not know of it.
import { getContext, setContext } from "svelte";

import { type TalkState, initialTalk } from "../room/talk";

/** Minutes are shown; more often than this nothing changes. */
const LOOK_MS = 5_000;

export class Signs {
  talk = $state.raw<TalkState>(initialTalk);
  /** When the room's clock stood at zero, in milliseconds since 1970. */
  opened = $state(0);
  #now = $state(Date.now());
  #timer: ReturnType<typeof setInterval>;

  constructor() {
    this.#timer = setInterval(() => (this.#now = Date.now()), LOOK_MS);
  }

  /** What the room's clock shows. */
  get clock(): number {
    return this.#now - this.opened;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

const KEY = Symbol("signs");

export function provideSigns(): Signs {
  const signs = new Signs();
  setContext(KEY, signs);
  return signs;
}

export function useSigns(): Signs {
  return getContext<Signs>(KEY);
}
