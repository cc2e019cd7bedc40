// What outlives a reload: our place in a meeting and the chosen language for this tab, and, only where a
// person ticked it, the chosen devices on this device. Storage may be switched off; then nothing is kept.

/** What a reloaded page needs to go straight back into the room. */
export interface Place {
  readonly name: string;
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly resume: string | undefined;
}

/** Which devices a person chose. */
export interface DeviceChoice {
  readonly microphone: string | undefined;
  readonly camera: string | undefined;
}

const placeKey = (meeting: string) => `incamera:place:${meeting}`;
const viewKey = (meeting: string) => `incamera:view:${meeting}`;
const DEVICES = "incamera:devices";
const LANGUAGE = "incamera:language";

export function keptPlace(meeting: string): Place | undefined {
  const value = read("sessionStorage", placeKey(meeting));
  if (!isRecord(value)) return undefined;
  return {
    name: text(value["name"]) ?? "",
    microphone: value["microphone"] === true,
    camera: value["camera"] === true,
    resume: text(value["resume"]),
  };
}

export function keepPlace(meeting: string, place: Place): void {
  write("sessionStorage", placeKey(meeting), place);
}

export function forgetPlace(meeting: string): void {
  write("sessionStorage", placeKey(meeting), undefined);
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
