// What outlives a reload: our place in a meeting and the chosen language for this tab, and, only where a
// person ticked or changed it, the chosen devices and keys on this device. Storage may be switched off; then
// nothing is kept.

/** What a reloaded page needs to go straight back into the room. */
export interface Place {
  readonly name: string;
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly resume: string | undefined;
  /** What became of the room's password; the password itself is kept nowhere. */
  readonly proof?: string | undefined;
}

/** What somebody agreed to in this tab: the secret of their receipt, and the name that they gave. */
export interface Agreed {
  readonly token: string;
  readonly name: string;
}

/** Which devices a person chose. */
export interface DeviceChoice {
  readonly microphone: string | undefined;
  readonly camera: string | undefined;
  /** Where sound comes out; the system's own choice otherwise. */
  readonly output?: string | undefined;
  /** How the microphone is treated. */
  readonly treatment?: Treatment | undefined;
  /** What stands behind the person; read with care by whoever knows what it means. */
  readonly background?: string | undefined;
}

/**
 * `voice`: what is no voice is taken out. `natural`: only the echo is. `instrument`: nothing is, and it is sent in
 * stereo like music.
 */
export type Treatment = "voice" | "natural" | "instrument";

const TREATMENTS: readonly Treatment[] = ["voice", "natural", "instrument"];

const placeKey = (meeting: string) => `incamera:place:${meeting}`;
const agreedKey = (meeting: string) => `incamera:agreed:${meeting}`;
const viewKey = (meeting: string) => `incamera:view:${meeting}`;
const DEVICES = "incamera:devices";
const LANGUAGE = "incamera:language";
const SHORTCUTS = "incamera:shortcuts";
const COMFORT = "incamera:comfort";

export function keptPlace(meeting: string): Place | undefined {
  const value = read("sessionStorage", placeKey(meeting));
  if (!isRecord(value)) return undefined;
  return {
    name: text(value["name"]) ?? "",
    microphone: value["microphone"] === true,
    camera: value["camera"] === true,
    resume: text(value["resume"]),
    proof: text(value["proof"]),
  };
}

export function keepPlace(meeting: string, place: Place): void {
  write("sessionStorage", placeKey(meeting), place);
}

export function forgetPlace(meeting: string): void {
  write("sessionStorage", placeKey(meeting), undefined);
}

export function keptAgreed(meeting: string): Agreed | undefined {
  const value = read("sessionStorage", agreedKey(meeting));
  const token = isRecord(value) ? text(value["token"]) : undefined;
  return isRecord(value) && token !== undefined ? { token, name: text(value["name"]) ?? "" } : undefined;
}

export function keepAgreed(meeting: string, agreed: Agreed | undefined): void {
  write("sessionStorage", agreedKey(meeting), agreed);
}

/** Everything that this tab knows is gone. */
export function forgetTab(): void {
  try {
    sessionStorage.clear();
  } catch {
    // Then there was nothing.
  }
}

/** How this tab sees the meeting; what it says is checked by whoever reads it. */
export function keptView(meeting: string): unknown {
  return read("sessionStorage", viewKey(meeting));
}

export function keepView(meeting: string, view: unknown): void {
  write("sessionStorage", viewKey(meeting), view);
}

export function keptDevices(): DeviceChoice & { readonly remembered: boolean } {
  const lasting = read("localStorage", DEVICES);
  const value = read("sessionStorage", DEVICES) ?? lasting;
  const record = isRecord(value) ? value : {};
  return {
    microphone: text(record["microphone"]),
    camera: text(record["camera"]),
    output: text(record["output"]),
    treatment: TREATMENTS.find((one) => one === record["treatment"]),
    background: text(record["background"]),
    remembered: isRecord(lasting),
  };
}

/** Keeps the choice for this tab, and beyond it only when asked to; unticking forgets it at once. */
export function keepDevices(choice: DeviceChoice, remember: boolean): void {
  write("sessionStorage", DEVICES, choice);
  write("localStorage", DEVICES, remember ? choice : undefined);
}

export function keptLanguage(): string | undefined {
  return text(read("sessionStorage", LANGUAGE));
}

export function keepLanguage(language: string): void {
  write("sessionStorage", LANGUAGE, language);
}

/** The keys that a person chose; read with care by whoever knows what keys mean. */
export function keptShortcuts(): { readonly bindings: unknown; readonly singles: boolean } {
  const value = read("localStorage", SHORTCUTS);
  const record = isRecord(value) ? value : {};
  return { bindings: record["bindings"], singles: record["singles"] !== false };
}

/** Kept on this device, since hands do not change from visit to visit; the usual keys leave nothing behind. */
export function keepShortcuts(chosen: { bindings: Record<string, string | null>; singles: boolean } | undefined): void {
  write("localStorage", SHORTCUTS, chosen);
}

/** What was set for eyes, ears and hands; read with care by whoever knows what it means. */
export function keptComfort(): Readonly<Record<string, unknown>> {
  const value = read("localStorage", COMFORT);
  return isRecord(value) ? value : {};
}

export function keepComfort(changed: Readonly<Record<string, unknown>> | undefined): void {
  write("localStorage", COMFORT, changed);
}

type Store = "sessionStorage" | "localStorage";

function read(store: Store, key: string): unknown {
  try {
    const content = window[store].getItem(key);
    return content === null ? undefined : JSON.parse(content);
  } catch {
    return undefined;
  }
}

function write(store: Store, key: string, value: unknown): void {
  try {
    if (value === undefined) window[store].removeItem(key);
    else window[store].setItem(key, JSON.stringify(value));
  } catch {
    // Without storage a reload leads to the join page; everything else works.
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
