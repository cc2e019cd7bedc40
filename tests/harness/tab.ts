// The little that journeys need of a browser, the same for Chromium and Firefox.

/** The kinds of controls that a person presses. */
export type Role = "button" | "link" | "textbox";

export interface Tab {
  /** Which browser, for messages. */
  readonly browser: "chromium" | "firefox";
  /** The browser's first process. */
  readonly pid: number;
  open(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Presses a control by its accessible name; waits until it is there. */
  press(role: Role, name: string): Promise<void>;
  /** Types into a field found by its label. */
  fill(label: string, text: string): Promise<void>;
  /** The `aria-pressed` of a toggle button, or null when there is no such button. */
  pressed(name: string): Promise<boolean | null>;
  has(role: Role, name: string): Promise<boolean>;
  evaluate<Result, Argument>(look: (argument: Argument) => Result | Promise<Result>, argument: Argument): Promise<Result>;
  address(): Promise<string>;
  screenshot(path: string): Promise<void>;
  /** Closes the page as a person closes a tab: its unload handlers run. */
  closeTab(): Promise<void>;
  /** Ends the browser's process at once; nothing runs in the page any more. */
  kill(): void;
  close(): Promise<void>;
}
