// Appointments for calendars (RFC 5545), made in the host's browser: the link in them never reaches the server. A series is
// many entries and not one rule, since calendars differ in what they make of exceptions to a rule.

import { MINUTE_MS } from "./days";

export interface Entry {
  /** Stays the same over changes. */
  readonly uid: string;
  readonly title: string;
  readonly text: string;
  readonly place: string;
  readonly link: string;
  /** In milliseconds since 1970. */
  readonly startsAt: number;
  readonly minutes: number;
  /** Counts changes. */
  readonly sequence: number;
  readonly cancelled: boolean;
}

const FOLD_BYTES = 75;

export function calendarFile(entries: readonly Entry[], now: number): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Incamera//Incamera//DE",
    `METHOD:${entries.every(({ cancelled }) => cancelled) ? "CANCEL" : "PUBLISH"}`,
    ...entries.flatMap((entry) => eventLines(entry, now)),
    "END:VCALENDAR",
  ];
  return lines.map(folded).join("\r\n") + "\r\n";
}

function eventLines(entry: Entry, now: number): string[] {
  return [
    "BEGIN:VEVENT",
    `UID:${entry.uid}`,
    `DTSTAMP:${utc(now)}`,
    `DTSTART:${utc(entry.startsAt)}`,
    `DTEND:${utc(entry.startsAt + entry.minutes * MINUTE_MS)}`,
    `SEQUENCE:${entry.sequence}`,
    `STATUS:${entry.cancelled ? "CANCELLED" : "CONFIRMED"}`,
    `SUMMARY:${escaped(entry.title)}`,
    `DESCRIPTION:${escaped(entry.text)}`,
    ...(entry.place === "" ? [] : [`LOCATION:${escaped(entry.place)}`]),
    `URL:${entry.link}`,
    "END:VEVENT",
  ];
}

/** `20261128T101500Z` */
function utc(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}/, "").replaceAll(/[-:]/g, "");
}

/** Section 3.3.11. */
function escaped(text: string): string {
  return text.replaceAll(/[\\;,]/g, "\\$&").replaceAll(/\r?\n/g, "\\n");
}

/** Section 3.1: no line is longer than 75 bytes, and none is cut within a character. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  const parts: string[] = [];
  let part = "";
  let bytes = 0;
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (bytes + size > FOLD_BYTES) {
      parts.push(part);
      // The blank that begins a continued line counts, too.
      [part, bytes] = ["", 1];
    }
    part += character;
    bytes += size;
  }
  return [...parts, part].join("\r\n ");
}
