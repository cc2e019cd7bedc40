// Trying out sound before it matters: a tone from each side, and the own voice as it goes out. Both stay on this device.
import { sendTo } from "./output";

/** A third, as doorbells have it: known to everyone, and heard by those who do not hear high notes. */
const NOTES_HZ = [659.26, 523.25];
const NOTE_S = 0.45;
const LOUD = 0.25;
/** A tone that begins or ends at once is heard as a click. */
const SOFT_S = 0.03;

export type Ear = "left" | "right";

/** Plays the tone on the left, then on the right; `beside` is told where it is heard now. */
export async function playTone(output: string | undefined, beside: (ear: Ear | undefined) => void): Promise<void> {
  const context = new AudioContext();
  try {
    await context.resume();
    const out = context.createMediaStreamDestination();
    const player = new Audio();
    player.srcObject = out.stream;
    await sendTo(player, output).catch(() => undefined);
    await player.play();
    for (const ear of ["left", "right"] as const) {
      beside(ear);
      await sound(context, out, ear === "left" ? -1 : 1);
    }
    player.srcObject = null;
  } finally {
    beside(undefined);
    void context.close().catch(() => undefined);
  }
}

async function sound(context: AudioContext, out: AudioNode, pan: number): Promise<void> {
  const side = new StereoPannerNode(context, { pan });
  side.connect(out);
  const begin = context.currentTime + SOFT_S;
  await Promise.all(
    NOTES_HZ.map((frequency, index) => {
      const note = new OscillatorNode(context, { frequency });
      const gain = new GainNode(context, { gain: 0 });
      note.connect(gain).connect(side);
      const at = begin + index * NOTE_S;
      gain.gain.setTargetAtTime(LOUD, at, SOFT_S);
      gain.gain.setTargetAtTime(0, at + NOTE_S - 3 * SOFT_S, SOFT_S);
      note.start(at);
      note.stop(at + NOTE_S + 3 * SOFT_S);
      return new Promise((ended) => note.addEventListener("ended", ended, { once: true }));
    }),
  );
}

const RECORD_MS = 4_000;

/** Records a microphone for some seconds and plays it back; `now` is told which of both goes on. */
export async function hearYourself(
  microphone: MediaStreamTrack,
  output: string | undefined,
  now: (what: "recording" | "playing" | undefined) => void,
): Promise<void> {
  const track = microphone.clone();
  track.enabled = true;
  try {
    now("recording");
    const recording = await recorded(track, RECORD_MS);
    now("playing");
    const address = URL.createObjectURL(recording);
    const player = new Audio(address);
    try {
      await sendTo(player, output).catch(() => undefined);
      const ended = new Promise((end) => {
        for (const event of ["ended", "error", "pause"]) player.addEventListener(event, end, { once: true });
      });
      await player.play();
      await ended;
    } finally {
      URL.revokeObjectURL(address);
    }
  } finally {
    track.stop();
    now(undefined);
  }
}

async function recorded(track: MediaStreamTrack, ms: number): Promise<Blob> {
  const recorder = new MediaRecorder(new MediaStream([track]));
  const parts: Blob[] = [];
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  const stopped = new Promise((stop) => recorder.addEventListener("stop", stop, { once: true }));
  recorder.start();
  setTimeout(() => {
    if (recorder.state !== "inactive") recorder.stop();
  }, ms);
  await stopped;
  return new Blob(parts, { type: recorder.mimeType });
}
