// How well the own connection carries the meeting, in one word, from what the browser counts. The word changes slowly:
// one lost burst is no bad connection, and one good moment no end of it.
import type { Quality } from "../protocol";

/** What happened since the sample before. */
export interface Sample {
  /** Lost of all packets that should have come or gone, from 0 to 1: the worse of both ways. */
  readonly loss: number;
  /** There and back, in milliseconds; absent as long as the browser does not know. */
  readonly roundTrip: number | undefined;
  /** Pictures that the server holds back, because this network does not carry them. */
  readonly paused: number;
}

export const QUALITY_EVERY_MS = 3_000;

/** Loss that repair hides, and loss that is heard. */
const LOSS = { fair: 0.03, poor: 0.1 };
/** Beyond the first people begin to speak at the same time; beyond the second they wait for each other. */
const ROUND_TRIP_MS = { fair: 350, poor: 800 };

const ORDER: readonly Quality[] = ["good", "fair", "poor"];
/** Samples in a row that it takes to become worse, and to become better. */
const WORSE_AFTER = 2;
const BETTER_AFTER = 4;

export interface Judgement {
  readonly quality: Quality | undefined;
  /** Another word than the present one, and how often in a row it fitted. */
  readonly leaning: Quality | undefined;
  readonly times: number;
}

export const unjudged: Judgement = { quality: undefined, leaning: undefined, times: 0 };

export function judged(before: Judgement, sample: Sample): Judgement {
  const now = wordFor(sample);
  if (now === before.quality) return { quality: now, leaning: undefined, times: 0 };
  const times = now === before.leaning ? before.times + 1 : 1;
  const worse = before.quality === undefined || ORDER.indexOf(now) > ORDER.indexOf(before.quality);
  if (times < (worse ? WORSE_AFTER : BETTER_AFTER)) return { quality: before.quality, leaning: now, times };
  return { quality: now, leaning: undefined, times: 0 };
}

function wordFor({ loss, roundTrip = 0, paused }: Sample): Quality {
  if (loss >= LOSS.poor || roundTrip >= ROUND_TRIP_MS.poor) return "poor";
  if (loss >= LOSS.fair || roundTrip >= ROUND_TRIP_MS.fair || paused > 0) return "fair";
  return "good";
}

/** What a browser has counted since the connection began. */
export interface Counts {
  readonly received: number;
  readonly lost: number;
  /** Of what we send, as the server reports it: from 0 to 1. */
  readonly lostThere: number;
  readonly roundTrip: number | undefined;
}

/** Reads the browser's statistics (webrtc-stats); what a browser leaves out counts as nothing. */
export function countsIn(report: Iterable<unknown>): Counts {
  let [received, lost, lostThere] = [0, 0, 0];
  let roundTrip: number | undefined;
  for (const entry of report) {
    const stat = entry as Record<string, unknown>;
    const number = (name: string) => (typeof stat[name] === "number" ? stat[name] : 0);
    if (stat["type"] === "inbound-rtp") {
      received += number("packetsReceived");
      // Repaired packets count as lost and late; a repair that came twice makes it negative.
      lost += Math.max(0, number("packetsLost"));
    }
    if (stat["type"] === "remote-inbound-rtp") lostThere = Math.max(lostThere, number("fractionLost"));
    if (stat["type"] === "candidate-pair" && stat["nominated"] === true && stat["state"] === "succeeded") {
      roundTrip = number("currentRoundTripTime") * 1_000;
    }
  }
  return { received, lost, lostThere, roundTrip };
}

/** What happened between two looks. */
export function sampleBetween(before: Counts, now: Counts, paused: number): Sample {
  const received = Math.max(0, now.received - before.received);
  const lost = Math.max(0, now.lost - before.lost);
  const all = received + lost;
  return { loss: Math.max(all === 0 ? 0 : lost / all, now.lostThere), roundTrip: now.roundTrip, paused };
}
