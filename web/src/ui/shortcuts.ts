// What can be done by a key: the one table of actions, how a key press is written down, and which keys may stand
// for what. Pure; what is chosen and who listens is in `keys.svelte.ts`.

/** Everything that a key can do in a room, in the order in which it is listed. */
export const ACTIONS = [
  "microphone",
  "talk",
  "camera",
  "hand",
  "chat",
  "people",
  "view",
  "share",
  "music",
  "leave",
  "help",
] as const;

export type Action = (typeof ACTIONS)[number];

/** A key with what is held beside it, such as `Control+D`, `C`, `Space` or `F1`; the same text as `aria-keyshortcuts`. */
export type Combination = string;

/** The key of each action; none where a person took it away. */
export type Bindings = Readonly<Record<Action, Combination | undefined>>;

export const DEFAULTS: Bindings = {
  microphone: "Control+D",
  // Held, not pressed: one is heard for as long as it is down.
  talk: "Space",
  camera: "Control+E",
  hand: "H",
  chat: "C",
  people: "P",
  view: "V",
  share: "S",
  music: "M",
  // No single letter may end a conversation.
  leave: "Control+Shift+L",
  help: "F1",
};

const MODIFIERS = ["Control", "Alt", "Shift", "Meta"];

/** Keys that move the focus, close dialogs or belong to the browser, which does not give them away. */
const RESERVED: readonly RegExp[] = [
  /^(?:Shift\+)?(?:Tab|Enter|Escape|ArrowUp|ArrowDown|ArrowLeft|ArrowRight|PageUp|PageDown|Home|End|Backspace|Delete)$/,
  /^(?:Control|Meta)\+(?:Shift\+)?[TNWQ]$/,
  /^(?:Control|Meta)\+[CVXAZFPRL]$/,
  /^Control\+(?:Shift\+)?Tab$/,
  /^Alt\+/,
  /^Meta\+/,
  /^F(?:5|6|11|12)$/,
];

/** The little of a `KeyboardEvent` that is needed here. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly metaKey: boolean;
}

/** Writes down what was pressed; nothing while only Shift and its like are down. */
export function combinationOf({ key, ctrlKey, altKey, shiftKey, metaKey }: KeyPress): Combination | undefined {
  if (key === "" || key === "Dead" || key === "Unidentified" || key === "AltGraph" || MODIFIERS.includes(key)) {
    return undefined;
  }
  const name = key === " " ? "Space" : key === "+" ? "Plus" : key.length === 1 ? key.toUpperCase() : key;
  // The question mark needs Shift on some keyboards and not on others: what counts is the sign.
  const shift = shiftKey && (key.length > 1 || key === " " || /\p{L}/u.test(key));
  const held = [ctrlKey && "Control", altKey && "Alt", shift && "Shift", metaKey && "Meta"];
  return [...held.filter((one) => one !== false), name].join("+");
}

/** One sign and nothing held beside it: what people who dictate, or whose hand slips, press without meaning it. */
export function isSingle(combination: Combination): boolean {
  const [last, ...before] = combination.split("+").reverse();
  if (before.some((one) => one !== "Shift")) return false;
  return last === "Space" || last === "Plus" || [...(last ?? "")].length === 1;
}

/** How a combination is shown: one word for each key. `words` names the keys that have one in every language. */
export function shown(combination: Combination, words: Readonly<Record<string, string>>): readonly string[] {
  return combination.split("+").map((key) => words[key] ?? key);
}

export type Verdict =
  | { readonly type: "free" }
  /** The browser or the page's own operation needs it. */
  | { readonly type: "reserved" }
  /** Another action has it. */
  | { readonly type: "taken"; readonly by: Action };

/** Whether an action may have this combination. */
export function judge(bindings: Bindings, action: Action, combination: Combination): Verdict {
  if (RESERVED.some((pattern) => pattern.test(combination))) return { type: "reserved" };
  const by = ACTIONS.find((other) => other !== action && bindings[other] === combination);
  return by === undefined ? { type: "free" } : { type: "taken", by };
}

/** The action that a combination stands for. */
export function actionOf(bindings: Bindings, combination: Combination, singles: boolean): Action | undefined {
  if (!singles && isSingle(combination)) return undefined;
  return ACTIONS.find((action) => bindings[action] === combination);
}

/** What was kept, read with care: unknown actions are left out, new ones have their usual key if it is free. */
export function bindingsFrom(kept: unknown): Bindings {
  if (typeof kept !== "object" || kept === null) return DEFAULTS;
  const record = kept as Record<string, unknown>;
  const next: Record<Action, Combination | undefined> = { ...DEFAULTS };
  for (const action of ACTIONS) {
    const value = record[action];
    if (value === null) next[action] = undefined;
    if (typeof value === "string" && value !== "") next[action] = value;
  }
  for (const action of ACTIONS) {
    const combination = next[action];
    if (combination === undefined || judge(next, action, combination).type === "free") continue;
    // Of two that claim one key, the one that was chosen keeps it.
    if (typeof record[action] !== "string" || judge(next, action, combination).type === "reserved") next[action] = undefined;
  }
  return next;
}

/** As it is kept: `null` says that an action has no key. */
export function keepable(bindings: Bindings): Record<string, Combination | null> {
  return Object.fromEntries(ACTIONS.map((action) => [action, bindings[action] ?? null]));
}
