// Words for what the other layers know only as values: who someone is, why a device does not come.
import { m } from "../paraglide/messages.js";
import type { Knock, Participant, Quality, Refusal, Rule, Source, Task } from "../protocol";
import type { Reaction } from "../room/content";
import { waitedMinutes } from "../room/people";
import type { DeviceKind } from "../rtc/devices";
import type { DeviceFault } from "../rtc/faults";
import type { IconName } from "./icons";

export function nameOf({ name, number }: Pick<Participant, "name" | "number">): string {
  // Who wrote to us before we were let in has no number for us.
  if (number === 0) return m.people_host();
  return name ?? m.room_guest({ number });
}

/** A day and a time as people say them where they are. */
export function whenWords(at: number): string {
  const format = new Intl.DateTimeFormat(document.documentElement.lang || "de", { dateStyle: "full", timeStyle: "short" });
  return format.format(at);
}

/** Whoever waits before the room has no number yet. */
export function knockName({ name }: Pick<Knock, "name">): string {
  return name ?? m.knock_unnamed();
}

/** For how long a hand has been up, or someone waits. */
export function waitedWords(hand: number, clock: number): string {
  const minutes = waitedMinutes(hand, clock);
  return minutes === 0 ? m.hand_now() : m.hand_since({ minutes });
}

export function ownName({ name }: Participant): string {
  return name === undefined ? m.room_you() : m.room_you_named({ name });
}

/** What a picture is of, in words. */
export function pictureName(participant: Participant, source: "camera" | "screen"): string {
  const name = nameOf(participant);
  return source === "screen" ? m.share_of({ name }) : name;
}

/** One or two letters that stand for someone whose camera is off. */
export function initialsOf(participant: Participant): string {
  const { name, number } = participant;
  if (name === undefined) return String(number);
  const words = name.split(/\s+/).filter((word) => /\p{L}|\p{N}/u.test(word));
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? "")][0] ?? "");
  return letters.join("").toLocaleUpperCase() || String(number);
}

export const reactionIcons: Readonly<Record<Reaction, IconName>> = {
  agree: "agree",
  applause: "applause",
  heart: "heart",
  smile: "smile",
  sad: "sad",
  slower: "slower",
};

export function reactionWords(reaction: Reaction): string {
  switch (reaction) {
    case "agree":
      return m.react_agree();
    case "applause":
      return m.react_applause();
    case "heart":
      return m.react_heart();
    case "smile":
      return m.react_smile();
    case "sad":
      return m.react_sad();
    case "slower":
      return m.react_slower();
  }
}

export function qualityWords(quality: Quality): string {
  switch (quality) {
    case "good":
      return m.quality_good();
    case "fair":
      return m.quality_fair();
    case "poor":
      return m.quality_poor();
  }
}

/** What holds for guests, and what that means. */
export function ruleWords(rule: Rule): readonly [name: string, hint: string] {
  switch (rule) {
    case "locked":
      return [m.hosting_lock(), m.hosting_lock_hint()];
    case "chatOff":
      return [m.lead_chat(), m.lead_chat_hint()];
    case "sharesOff":
      return [m.lead_shares(), m.lead_shares_hint()];
    case "camerasOff":
      return [m.lead_cameras(), m.lead_cameras_hint()];
    case "camerasToHosts":
      return [m.lead_shy(), m.lead_shy_hint()];
    case "peopleHidden":
      return [m.lead_hidden(), m.lead_hidden_hint()];
    case "pause":
      return [m.lead_pause(), m.lead_pause_hint()];
  }
}

/** Minutes and seconds that are left. */
export function leftWords(ends: number, clock: number): string {
  const left = Math.max(0, Math.ceil((ends - clock) / 1_000));
  return `${String(Math.floor(left / 60))}:${String(left % 60).padStart(2, "0")}`;
}

/** A host has switched something of ours off. */
export function stoppedWords(source: Source): string {
  switch (source) {
    case "microphone":
      return m.hosting_stopped_microphone();
    case "camera":
      return m.hosting_stopped_camera();
    case "screen":
      return m.hosting_stopped_screen();
    case "music":
      return m.hosting_stopped_music();
  }
}

/** What someone does for the others. */
export function taskWords(task: Task): string {
  return task === "captions" ? m.task_captions() : m.task_interpreter();
}

export interface FaultWords {
  readonly what: string;
  readonly help: string;
  /** Whether pressing again can help. */
  readonly retry: boolean;
}

export function faultWords(kind: DeviceKind, fault: DeviceFault): FaultWords {
  const microphone = kind === "microphone";
  switch (fault) {
    case "blocked":
      return {
        what: microphone ? m.fault_microphone_blocked() : m.fault_camera_blocked(),
        help: unblockHelp(),
        retry: true,
      };
    case "blockedBySystem":
      return {
        what: microphone ? m.fault_microphone_system() : m.fault_camera_system(),
        help: m.fault_system_help(),
        retry: true,
      };
    case "busy":
      return {
        what: microphone ? m.fault_microphone_busy() : m.fault_camera_busy(),
        help: m.fault_busy_help(),
        retry: true,
      };
    case "none":
      return {
        what: microphone ? m.fault_microphone_none() : m.fault_camera_none(),
        help: m.fault_none_help(),
        retry: true,
      };
    case "insecure":
      return {
        what: microphone ? m.fault_microphone_insecure() : m.fault_camera_insecure(),
        help: m.fault_insecure_help(),
        retry: false,
      };
    case "unplugged":
      return {
        what: microphone ? m.fault_microphone_unplugged() : m.fault_camera_unplugged(),
        help: m.fault_unplugged_help(),
        retry: true,
      };
    case "interrupted":
      return {
        what: microphone ? m.fault_microphone_interrupted() : m.fault_camera_interrupted(),
        help: m.fault_interrupted_help(),
        retry: true,
      };
    case "background":
      return {
        what: m.fault_camera_background(),
        help: m.fault_background_help(),
        retry: true,
      };
    case "exchanged":
      return {
        what: microphone ? m.fault_microphone_exchanged() : m.fault_camera_exchanged(),
        help: m.fault_exchanged_help(),
        retry: false,
      };
    case "failed":
      return {
        what: microphone ? m.fault_microphone_failed() : m.fault_camera_failed(),
        help: m.fault_failed_help(),
        retry: true,
      };
  }
}

/** Where the lock hangs differs by browser, and only the browser's own name tells it. */
function unblockHelp(): string {
  const agent = navigator.userAgent;
  if (/Firefox\//.test(agent)) return m.fault_blocked_firefox();
  if (/Chrom(?:e|ium)\/|Edg\//.test(agent)) return m.fault_blocked_chromium();
  if (/Safari\//.test(agent)) return m.fault_blocked_safari();
  return m.fault_blocked_other();
}

/** A short sentence for a request that failed while the person stays on the page. */
export function problemWords(problem: Refusal | "unreachable"): string {
  if (problem === "unreachable" || problem === "closing") return m.problem_unreachable();
  if (problem === "tooFast") return m.problem_too_fast();
  if (problem === "meetingNotAllowed") return m.start_hosts_only();
  return m.problem_refused({ code: problem });
}
