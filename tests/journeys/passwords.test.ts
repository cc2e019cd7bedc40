// ATK-49: a thousand wrong passwords of a room and four hundred right ones at once. Those who know it get in, and two people
// in a meeting on the same server notice nothing.
//
// Seen to fail: with passwords that are all right, and with sixty-four threads that check.

import { webcrypto } from "node:crypto";
import { expect } from "vitest";
import { figure, note } from "../harness/figures.ts";
import { button, createsAccount, field, hosted, knocks, makesAppointment } from "../harness/host.ts";
import { ANNA, BEN } from "../harness/journey.ts";
import { allMeet } from "../harness/person.ts";
import { entryFor } from "../harness/raw-client.ts";

const PASSWORD = "Mühle am Bach";
const WRONG = 1_000;
const RIGHT = 400;

/** The server's half of a room's password, as `web/src/e2ee/stretch.ts` makes it. */
async function proofOf(password: string, meeting: string): Promise<string> {
  const { subtle } = webcrypto;
  const text = new TextEncoder();
  const whole = await subtle.digest("SHA-512", text.encode(password));
  const base = await subtle.importKey("raw", whole, "PBKDF2", false, ["deriveBits"]);
  const salt = text.encode(`incamera room password 1/${meeting}`);
  const long = await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-512", salt, iterations: 210_000 }, base, 512);
  const root = await subtle.importKey("raw", long, "HKDF", false, ["deriveBits"]);
  const proof = await subtle.deriveBits({ name: "HKDF", hash: "SHA-512", salt: new Uint8Array(), info: text.encode("incamera proof 1") }, root, 256);
  return Buffer.from(proof).toString("base64url");
}

hosted("a thousand wrong and four hundred right passwords at once disturb no meeting", async (here) => {
  const jana = await here.chromium({ ...ANNA, name: "Jana" });
  const ben = await here.chromium(BEN);
  await createsAccount(jana, here.server.firstInvitation, "jana");
  const group = await makesAppointment(jana, "Gruppe");
  await field(jana, "Passwort für Gäste").fill(PASSWORD);
  await button(jana, "Passwort setzen").click();
  await field(jana, "Neues Passwort für Gäste").waitFor();
  const link = await makesAppointment(jana, "Herr S.");
  await knocks(ben, link);
  await jana.opens(link);
  await jana.joins();
  await button(jana, "Ben einlassen").click();
  await allMeet([jana, ben]);

  const meeting = new URL(group).pathname.slice(3);
  const proof = await proofOf(PASSWORD, meeting);
  const enter = async (address: string, known: string) => {
    const began = performance.now();
    const answer = await entryFor(here.server, { meeting, proof: known }, address);
    return { status: answer.status, took: performance.now() - began };
  };
  const [before, memoryBefore] = [await Promise.all([jana, ben].map((one) => one.received())), here.server.memory()];
  const wrong = Array.from({ length: WRONG }, (_, number) => enter(`203.0.${number % 250}.1`, `${number.toString(36).padStart(4, "a")}${"A".repeat(39)}`));
  const right = Array.from({ length: RIGHT }, (_, number) => enter(`198.51.${number % 200}.1`, proof));
  const [refused, admitted] = await Promise.all([Promise.all(wrong), Promise.all(right)]);
  await jana.keepsSeeing(ben, 2_000);
  await ben.keepsHearing(jana, 2_000);
  const after = await Promise.all([jana, ben].map((one) => one.received()));

  const of = (answers: readonly { status: number }[], status: number) => answers.filter((one) => one.status === status).length;
  note("wrong passwords", `${of(refused, 403)} checked and wrong, ${of(refused, 503)} told to come back, ${of(refused, 429)} too fast`);
  expect(of(refused, 403) + of(refused, 503) + of(refused, 429)).toBe(WRONG);
  const slow = admitted.map(({ took }) => took).sort((one, other) => one - other);
  note("right passwords", `${of(admitted, 201)} let in, ${of(admitted, 503)} told to come back`);
  figure("right passwords: 95 % are in within", slow[Math.floor(slow.length * 0.95)] ?? 0, 4_000);
  // Who is told to come back asks again by themselves; nobody who knows it is turned away.
  expect(of(admitted, 201) + of(admitted, 503)).toBe(RIGHT);
  const again = await Promise.all(Array.from({ length: RIGHT }, (_, number) => enter(`198.51.${number % 200}.1`, proof)));
  expect(of(again, 201)).toBe(RIGHT);
  for (const [index, person] of [jana, ben].entries()) {
    const [was, is] = [before[index], after[index]];
    if (!was || !is) throw new Error("nobody");
    note(`${person.name} meanwhile`, `${is.freezeCount - was.freezeCount} freezes`);
    expect(is.freezeCount - was.freezeCount).toBeLessThanOrEqual(1);
  }
  const grown = (here.server.memory() - memoryBefore) / 1_048_576;
  note("the server's memory", `${grown.toFixed(0)} MiB more`);
  expect(grown).toBeLessThan(200);
}, 180_000, ["--trusted-proxy=127.0.0.1"]);
