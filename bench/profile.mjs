#!/usr/bin/env node
// What forwarding costs, by kind of work: samples the program with `perf` while `incamera-load` keeps it busy.
// Needs Linux with perf, and the right to use it (root, or kernel.perf_event_paranoid of 1 at most).
//
//   bench/profile.mjs [SCENARIO]        by default video-1-200

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The first that fits names the work of a sample; a stack is one line, innermost first. */
const KINDS = [
  ["call of the system: send", /Socket::send/],
  ["call of the system: receive, wait", /^(?!.*handle_datagram).*Socket::receive|epoll/],
  ["join what goes to one viewer", /batch::|next_run/],
  ["engine: seal (SRTP)", /protect_rtp/],
  ["engine: keep for repair", /cache_sent_packet/],
  ["engine: write a packet", /poll_packet/],
  ["engine: reports that come in", /handle_rtcp|unprotect_rtcp/],
  ["engine: bandwidth estimate", /handle_timeout_bwe/],
  ["engine: pacing", /update_queue_state/],
  ["engine: other timers", /Rtc::do_handle_timeout/],
  ["engine: ask what is next", /poll_output|poll_timeout/],
  ["ours: hand a packet to the engine", /peer::Peer::send/],
  ["other datagrams that come in", /^(?!.*deliver).*handle_datagram/],
  ["ours: choose and rewrite", /forward::|deliver/],
  ["ours: layers, key frames, timers", /tend|Sfu::handle_timeout|peer::Peer/],
];

const SAMPLES_PER_SECOND = 997;
const SECONDS = 6;
const scenario = process.argv[2] ?? "video-1-200";
const target = resolve(process.env.CARGO_TARGET_DIR ?? "target", "profile");
const environment = { ...process.env, CARGO_TARGET_DIR: target, CARGO_PROFILE_RELEASE_DEBUG: "1", CARGO_PROFILE_RELEASE_STRIP: "none" };

console.error("Building with the names of functions (the first time: several minutes)");
execFileSync("cargo", ["build", "--release", "--locked", "--quiet", "-p", "incamera", "-p", "incamera-bench"], { env: environment, stdio: "inherit" });
const program = join(target, "release", "incamera");
const folder = mkdtempSync(join(tmpdir(), "incamera-profile-"));

function serverOf(parent) {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").trim().split(" ").filter(Boolean);
  return children.find((pid) => readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "incamera");
}

/** Each sample of the media thread as one line. */
function stacksIn(file) {
  const script = spawnSync("perf", ["script", "-i", file], { encoding: "utf8", maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "ignore"] }).stdout;
  const stacks = script.split("\n\n").map((sample) => sample.split("\n")).filter(([head]) => head?.startsWith("media"));
  return stacks.map(([, ...frames]) => frames.map((frame) => frame.trim().replace(/^[0-9a-f]+ /, "")).join(" "));
}

async function measure() {
  const load = spawn(join(target, "release", "incamera-load"), [scenario, "--program", program, "--seconds", "20", "--json", join(folder, "figures.json")]);
  let said = "";
  load.stdout.on("data", (data) => (said += data));
  const ended = new Promise((resolved) => load.on("exit", resolved));
  // Everyone is in, and the estimates have settled.
  await sleep(14_000);
  const samples = join(folder, "perf.data");
  execFileSync("perf", ["record", "-e", "cpu-clock", "-F", String(SAMPLES_PER_SECOND), "--call-graph", "dwarf,16384", "-p", serverOf(load.pid), "-o", samples, "--", "sleep", String(SECONDS)], { stdio: "ignore" });
  await ended;
  return { said, stacks: stacksIn(samples) };
}

try {
  const { said, stacks } = await measure();
  const cost = Number(/server\s+([\d.]+) µs a packet/.exec(said)?.[1]);
  const counts = new Map([...KINDS.map(([name]) => [name, 0]), ["the rest", 0]]);
  for (const stack of stacks) {
    const kind = KINDS.find(([, mark]) => mark.test(stack))?.[0] ?? "the rest";
    counts.set(kind, counts.get(kind) + 1);
  }
  console.log(said.trim());
  console.log(`\n${stacks.length} samples of the media thread\n\n| work | share | µs a packet |\n| --- | --- | --- |`);
  for (const [name, count] of counts) {
    const share = count / stacks.length;
    console.log(`| ${name} | ${(share * 100).toFixed(1)} % | ${(share * cost).toFixed(2)} |`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
