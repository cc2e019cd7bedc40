import { describe, expect, it } from "vitest";

import { ACTIONS, DEFAULTS, actionOf, bindingsFrom, combinationOf, isSingle, judge, keepable, shown } from "./shortcuts";

const press = (key: string, held: Partial<Record<"ctrlKey" | "altKey" | "shiftKey" | "metaKey", boolean>> = {}) => ({
  key,
  ctrlKey: false,
  altKey: false,
  shiftKey: false,
  metaKey: false,
  ...held,
});

describe("a key press", () => {
  it("is written down the same, whichever way the letter is typed", () => {
    expect(combinationOf(press("d", { ctrlKey: true }))).toBe("Control+D");
    expect(combinationOf(press("D", { ctrlKey: true }))).toBe("Control+D");
    expect(combinationOf(press(" "))).toBe("Space");
    expect(combinationOf(press("L", { ctrlKey: true, shiftKey: true }))).toBe("Control+Shift+L");
    expect(combinationOf(press("?", { shiftKey: true }))).toBe("?");
    expect(combinationOf(press("F1"))).toBe("F1");
  });

  it("is nothing while only a modifier is down", () => {
    expect(combinationOf(press("Control", { ctrlKey: true }))).toBeUndefined();
    expect(combinationOf(press("Shift", { shiftKey: true }))).toBeUndefined();
    expect(combinationOf(press("Dead"))).toBeUndefined();
  });
});

describe("single signs", () => {
  it("are told from keys that need a second one", () => {
    for (const one of ["C", "Space", "Shift+H", "?", "Ü"]) expect(isSingle(one), one).toBe(true);
    for (const one of ["Control+D", "F1", "Control+Space", "Alt+C"]) expect(isSingle(one), one).toBe(false);
  });

  it("do nothing when they are switched off", () => {
    expect(actionOf(DEFAULTS, "C", true)).toBe("chat");
    expect(actionOf(DEFAULTS, "C", false)).toBeUndefined();
    expect(actionOf(DEFAULTS, "Space", false)).toBeUndefined();
    expect(actionOf(DEFAULTS, "Control+D", false)).toBe("microphone");
    expect(actionOf(DEFAULTS, "F1", false)).toBe("help");
  });
});

describe("the table", () => {
  it("gives every action a key that it may have", () => {
    for (const action of ACTIONS) {
      const key = DEFAULTS[action];
      expect(key, action).toBeDefined();
      expect(judge(DEFAULTS, action, key ?? ""), action).toEqual({ type: "free" });
    }
  });

  it("lets no single sign end the conversation", () => {
    expect(isSingle(DEFAULTS.leave ?? "C")).toBe(false);
  });

  it("names who has a key already", () => {
    expect(judge(DEFAULTS, "hand", "C")).toEqual({ type: "taken", by: "chat" });
    expect(judge(DEFAULTS, "chat", "C")).toEqual({ type: "free" });
  });

  it("leaves the browser and the focus their keys", () => {
    for (const key of ["Tab", "Enter", "Escape", "Control+W", "Control+C", "F5", "Alt+D"]) {
      expect(judge(DEFAULTS, "hand", key), key).toEqual({ type: "reserved" });
    }
  });
});

describe("what was kept", () => {
  it("comes back as it was", () => {
    const mine = { ...DEFAULTS, hand: "J", chat: undefined };
    expect(bindingsFrom(JSON.parse(JSON.stringify(keepable(mine))))).toEqual(mine);
  });

  it("cannot be broken by what somebody wrote there", () => {
    expect(bindingsFrom("nonsense")).toEqual(DEFAULTS);
    expect(bindingsFrom({ hand: 7, dance: "X" })).toEqual(DEFAULTS);
    expect(bindingsFrom({ hand: "Tab" }).hand).toBeUndefined();
  });

  it("never gives one key to two actions", () => {
    const bindings = bindingsFrom({ hand: "C" });
    expect(bindings.hand).toBe("C");
    expect(bindings.chat).toBeUndefined();
  });
});

it("shows keys by their names", () => {
  expect(shown("Control+Shift+L", { Control: "Strg", Shift: "Umschalt" })).toEqual(["Strg", "Umschalt", "L"]);
});
