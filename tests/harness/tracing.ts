// What a page's main thread did, by the browser's own tracing.

import type { ChromiumTab } from "./chromium.ts";

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  args?: { name?: string };
}

export interface Traced {
  seconds: number;
  /** Tasks longer than 50 ms, in ms, longest first. */
  longTasks: number[];
  /** Milliseconds of the main thread for each second. */
  busy: number;
  script: number;
  /** Between two frames that the main thread gave to be drawn, in ms. */
  frames: { middle: number; ninetyFive: number; longest: number };
}

const CATEGORIES = ["toplevel", "devtools.timeline", "devtools.timeline.frame", "disabled-by-default-devtools.timeline"];
const SCRIPT = new Set(["FunctionCall", "EvaluateScript", "FireAnimationFrame", "TimerFire", "RunMicrotasks", "V8.GC_SCAVENGER"]);

/** Traces the page for as long as something is done in it. */
export async function traced(tab: ChromiumTab, during: () => Promise<void>): Promise<Traced> {
  await tab.engine.startTracing(tab.page, { categories: CATEGORIES });
  const began = performance.now();
  await during();
  const seconds = (performance.now() - began) / 1_000;
  const { traceEvents } = JSON.parse((await tab.engine.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  return { seconds, ...read(traceEvents, seconds) };
}

function read(events: TraceEvent[], seconds: number): Omit<Traced, "seconds"> {
  // The page's is the renderer that ran the most script.
  const mains = events.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain");
  const weigh = (pid: number) => events.filter((event) => event.pid === pid && event.name === "FunctionCall").length;
  const main = mains.sort((one, other) => weigh(other.pid) - weigh(one.pid))[0];
  if (!main) throw new Error("the trace has no main thread");
  const own = events.filter(({ pid, tid, ph }) => pid === main.pid && tid === main.tid && ph === "X");
  const tasks = outermost(own.filter(({ name }) => name === "ThreadControllerImpl::RunTask" || name === "RunTask"));
  const scripts = outermost(own.filter(({ name }) => SCRIPT.has(name)));
  const drawn = own.filter(({ name }) => name === "Commit").map(({ ts }) => ts).sort((one, other) => one - other);
  const gaps = drawn.slice(1).map((ts, index) => (ts - (drawn[index] ?? ts)) / 1_000).sort((one, other) => one - other);
  const at = (part: number) => gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * part))] ?? 0;
  return {
    longTasks: tasks.map(({ dur = 0 }) => dur / 1_000).filter((ms) => ms > 50).sort((one, other) => other - one),
    busy: sum(tasks) / seconds,
    script: sum(scripts) / seconds,
    frames: { middle: at(0.5), ninetyFive: at(0.95), longest: at(1) },
  };
}

/** Without those that lie within another. */
function outermost(events: TraceEvent[]): TraceEvent[] {
  let end = Number.NEGATIVE_INFINITY;
  return [...events].sort((one, other) => one.ts - other.ts || (other.dur ?? 0) - (one.dur ?? 0)).filter(({ ts, dur = 0 }) => {
    if (ts + dur <= end) return false;
    end = ts + dur;
    return true;
  });
}

function sum(events: TraceEvent[]): number {
  return events.reduce((all, { dur = 0 }) => all + dur / 1_000, 0);
}
