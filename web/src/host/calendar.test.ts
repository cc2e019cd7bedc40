import { describe, expect, it } from "vitest";

import { calendarFile } from "./calendar";

const entry = {
  uid: "01234-56789-abcde@beratung.example",
  title: "Gespräch; mit, Zeichen\\",
  text: `Zeile eins\nZeile zwei ${"ü".repeat(80)}`,
  place: "",
  link: "https://beratung.example/m/01234-56789-abcde#k=x&t=y",
  startsAt: Date.UTC(2026, 10, 28, 10, 15),
  minutes: 50,
  sequence: 2,
  cancelled: false,
};

describe("a calendar file", () => {
  const file = calendarFile([entry], Date.UTC(2026, 10, 1));

  it("has lines of 75 bytes at most, each ended by both signs", () => {
    const lines = file.split("\r\n");
    expect(lines.at(-1)).toBe("");
    for (const line of lines) expect(new TextEncoder().encode(line).length, line).toBeLessThanOrEqual(75);
    expect(file.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  });

  it("says when, in the time of the world, and what with its signs escaped", () => {
    const whole = file.replaceAll("\r\n ", "");
    expect(whole).toContain("\r\nDTSTART:20261128T101500Z\r\nDTEND:20261128T110500Z\r\nSEQUENCE:2\r\nSTATUS:CONFIRMED\r\n");
    expect(whole).toContain("SUMMARY:Gespräch\\; mit\\, Zeichen\\\\\r\n");
    expect(whole).toContain(`DESCRIPTION:Zeile eins\\nZeile zwei ${"ü".repeat(80)}\r\n`);
    expect(whole).not.toContain("LOCATION");
  });

  it("cancels under the same name", () => {
    const cancelled = calendarFile([{ ...entry, sequence: 3, cancelled: true }], 0);
    expect(cancelled).toContain("METHOD:CANCEL\r\n");
    expect(cancelled).toContain(`UID:${entry.uid}\r\n`);
    expect(cancelled).toContain("STATUS:CANCELLED\r\n");
  });

  it("holds a series, and calls off one of it without the others", () => {
    const both = calendarFile([entry, { ...entry, uid: "other", cancelled: true }], 0);
    expect(both).toContain("METHOD:PUBLISH\r\n");
    expect(both.match(/STATUS:\w+/g)).toEqual(["STATUS:CONFIRMED", "STATUS:CANCELLED"]);
    expect(both.match(/BEGIN:VEVENT/g)).toHaveLength(2);
  });
});
