// The keys that are chosen on this device, and who listens to them. A part of the room that can do something by key
// registers it while it is there; an action that nobody registered is neither listed nor done.
import { SvelteMap } from "svelte/reactivity";

import { keepShortcuts, keptShortcuts } from "../keep";
import { type Action, type Bindings, type Combination, DEFAULTS, actionOf, bindingsFrom, combinationOf, isSingle, keepable } from "./shortcuts";

export interface Handler {
  press(): void;
  /** For what lasts while the key is down. */
  release?(): void;
}

const kept = keptShortcuts();
let bindings = $state.raw<Bindings>(bindingsFrom(kept.bindings));
let singles = $state(kept.singles);
const handlers = new SvelteMap<Action, Handler>();

/** The action whose key is down, for those that have a release. */
let held: { action: Action; key: string } | undefined;
/** Whether the focus came to where it is by a finger or a mouse. */
let pointed = false;

export const keys = {
  get bindings(): Bindings {
    return bindings;
  },
  /** Whether single letters count; who dictates, or trembles, switches them off. */
  get singles(): boolean {
    return singles;
  },
  /** Whether anyone listens to this action now. */
  has(action: Action): boolean {
    return handlers.has(action);
  },
  /** For `aria-keyshortcuts`; nothing while the key does nothing. */
  aria(action: Action): string | undefined {
    const combination = bindings[action];
    return combination === undefined || (!singles && isSingle(combination)) ? undefined : combination;
  },

  /**
   * Says what an action does for as long as its component stands: `$effect(() => keys.register("hand", raise))`.
   * Gives the function that takes it back.
   */
  register(action: Action, act: Handler | (() => void)): () => void {
    const handler = typeof act === "function" ? { press: act } : act;
    handlers.set(action, handler);
    return () => {
      if (handlers.get(action) === handler) handlers.delete(action);
    };
  },

  bind(action: Action, combination: Combination | undefined): void {
    change({ ...bindings, [action]: combination });
  },
  setSingles(on: boolean): void {
    singles = on;
    keep();
  },
  reset(): void {
    singles = true;
    change(DEFAULTS);
  },

  // For the window's events.
  onkeydown(event: KeyboardEvent): void {
    if (event.key === "Tab") pointed = false;
    if (event.defaultPrevented) return;
    const combination = combinationOf(event);
    const action = combination === undefined ? undefined : actionOf(bindings, combination, singles);
    const handler = action === undefined ? undefined : handlers.get(action);
    if (!action || !handler || combination === undefined || isFor(event.target, combination)) return;
    event.preventDefault();
    if (event.repeat || held?.action === action) return;
    if (handler.release) held = { action, key: event.key };
    handler.press();
  },
  onkeyup(event: KeyboardEvent): void {
    if (held?.key.toLowerCase() !== event.key.toLowerCase()) return;
    // Otherwise the button that has the focus would be pressed by it.
    event.preventDefault();
    release();
  },
  onpointerdown(): void {
    pointed = true;
  },
  /** A window that loses the keyboard never hears of the key that is let go. */
  onblur(): void {
    release();
  },
};

function release(): void {
  const action = held?.action;
  held = undefined;
  if (action !== undefined) handlers.get(action)?.release?.();
}

function change(next: Bindings): void {
  bindings = next;
  keep();
}

function keep(): void {
  keepShortcuts(bindings === DEFAULTS && singles ? undefined : { bindings: keepable(bindings), singles });
}

const TYPES = "input:not([type=checkbox]):not([type=range]):not([type=radio]):not([type=button]), textarea, select, [contenteditable]";
const PRESSES = "button, a[href], summary, input, [role=button], [role=menuitem], [role=tab], [role=option]";

/** Whether what has the focus needs this key for itself: letters where one types, Space on what Space presses. */
function isFor(target: EventTarget | null, combination: Combination): boolean {
  if (!(target instanceof Element) || !isSingle(combination)) return false;
  if (target.closest(TYPES)) return true;
  // In a dialog a lost letter must not do something in the room behind it.
  if (target.closest("dialog[open]")) return true;
  // Whoever pressed a button with the mouse has left the focus there without wanting it.
  return combination === "Space" && !pointed && target.closest(PRESSES) !== null;
}
