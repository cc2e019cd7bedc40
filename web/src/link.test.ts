import { describe, expect, it } from "vitest";

import { newSecret, newToken, parseMeetingId, parseTyped, pathOf, secretIn, tokenIn } from "./link";

const T = "0123456789abcdefghjkmnpqrstvwxyz";
const K = "A".repeat(43);

describe("parseMeetingId", () => {
  // The same cases as the server's `MeetingId`.
  it("reads what people type", () => {
    for (const typed of [
      "0123456789abcde",
      "01234-56789-ABCDE",
      " o1234 56789 abcde ",
      "OL234–56789–abcde",
      "oi23456789ABCDE",
      "01234\u00a056789\u2011abcde",
    ]) {
      expect(parseMeetingId(typed), typed).toBe("01234-56789-abcde");
    }
  });

  it("refuses what is none", () => {
    for (const wrong of ["", "01234-56789-abcd", "01234-56789-abcdef", "u1234-56789-abcde", "01234_56789_abcde", "ä1234-56789-abcde", "K1234-56789-abcdİ"]) {
      expect(parseMeetingId(wrong), wrong).toBeUndefined();
    }
  });
});

describe("parseTyped", () => {
  const meeting = "k3m9x-0qw7r-v2h8d";

  it("takes an identifier, a whole link, or a part of one", () => {
    expect(parseTyped(" K3M9X 0QW7R V2H8D ")).toEqual({ meeting, secret: undefined });
    for (const typed of [`https://raum.example/m/${meeting}#k=${K}`, `/m/${meeting}#k=${K}`, `m/${meeting}#k=${K}&t=x`, `raum.example/m/${meeting}/?a=1#t=x&k=${K}`]) {
      expect(parseTyped(typed), typed).toEqual({ meeting, secret: K });
    }
    expect(parseTyped(`https://raum.example/m/${meeting}`)).toEqual({ meeting, secret: undefined });
  });

  it("refuses a link to something else", () => {
    expect(parseTyped("https://raum.example/left")).toBeUndefined();
    expect(parseTyped("https://raum.example/m/abc")).toBeUndefined();
    expect(parseTyped("/m/%E0%A4%A")).toBeUndefined();
  });

  it("does not carry on a secret that is none", () => {
    expect(secretIn("#k=short")).toBeUndefined();
    expect(secretIn("")).toBeUndefined();
  });
});

describe("the token", () => {
  it("is carried on beside the secret, and only where it is one", () => {
    const meeting = "k3m9x-0qw7r-v2h8d";
    const whole = pathOf({ meeting, secret: K, token: T });
    expect(whole).toBe(`/m/${meeting}#k=${K}&t=${T}`);
    expect(parseTyped(whole)).toEqual({ meeting, secret: K, token: T });
    for (const wrong of ["", "#t=", `#t=${T}0`, `#t=${T.slice(1)}`, `#t=${T.replace("0", "u")}`]) expect(tokenIn(wrong), wrong).toBeUndefined();
  });

  it("is new each time", () => {
    expect(tokenIn(`#t=${newToken()}`)).toBeDefined();
    expect(newToken()).not.toBe(newToken());
  });
});

describe("the secret", () => {
  it("is 256 fresh bits in the fragment", () => {
    const secret = newSecret();
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(newSecret()).not.toBe(secret);
    expect(pathOf({ meeting: "m", secret })).toBe(`/m/m#k=${secret}`);
    expect(secretIn(`#k=${secret}`)).toBe(secret);
  });
});
