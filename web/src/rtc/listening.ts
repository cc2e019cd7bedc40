// Whether a microphone does what its owner believes: who speaks while muted is told, and who is on but gives nothing.
// Pure; who measures is in `earshot.ts`.

/** What was measured since the look before. */
export interface Heard {
  /** Whether the others hear this microphone. */
  readonly on: boolean;
  /** How loud it was, from 0 to 1, on the scale of `level.ts`. */
  readonly level: number;
  /** Nothing at all: not even the noise that every microphone makes. */
  readonly dead: boolean;
  /** In milliseconds. */
  readonly at: number;
}

export type Warning =
  /** Speaks, and nobody hears it. */
  | "muted"
  /** On, and gives nothing at all: switched off at the headset, taken by another program, or broken. */
  | "dead"
  /** On, and has been so quiet that nobody can have been understood. */
  | "silent";

export interface Listening {
  readonly warning: Warning | undefined;
  /** Milliseconds of speech while muted; it runs out again while nothing is said. */
  readonly spoken: number;
  readonly deadSince: number | undefined;
  /** Since when nothing loud enough came; absent once there was. */
  readonly quietSince: number | undefined;
  readonly before: { readonly on: boolean; readonly at: number } | undefined;
}

export const notListening: Listening = {
  warning: undefined,
  spoken: 0,
  deadSince: undefined,
  quietSince: undefined,
  before: undefined,
};

/** As loud as someone who speaks at a desk; keys and chairs are shorter. */
const SPEECH = 0.4;
const SPEECH_MS = 700;
const DEAD_MS = 3_000;
/** Enough that one who speaks into it would be heard. */
const AUDIBLE = 0.12;
const SILENT_MS = 45_000;

export function listened(before: Listening, now: Heard): Listening {
  // Turned on or off: what was warned of is settled, and everything begins anew.
  if (before.before?.on !== now.on) {
    const quietSince = now.on ? now.at : undefined;
    return { ...notListening, quietSince, before: { on: now.on, at: now.at } };
  }
  return now.on ? whileOn(before, now) : whileMuted(before, now);
}

function whileMuted(before: Listening, { level, at }: Heard): Listening {
  const passed = at - (before.before?.at ?? at);
  const spoken = Math.max(0, Math.min(2 * SPEECH_MS, before.spoken + (level >= SPEECH ? passed : -passed / 2)));
  const warning = spoken >= SPEECH_MS ? "muted" : before.warning;
  return { ...before, spoken, warning, before: { on: false, at } };
}

function whileOn(before: Listening, { level, dead, at }: Heard): Listening {
  const deadSince = dead ? (before.deadSince ?? at) : undefined;
  const quietSince = level >= AUDIBLE ? undefined : before.quietSince;
  const warning =
    deadSince !== undefined && at - deadSince >= DEAD_MS
      ? "dead"
      : quietSince !== undefined && at - quietSince >= SILENT_MS
        ? "silent"
        : undefined;
  return { ...before, warning, deadSince, quietSince, before: { on: true, at } };
}
