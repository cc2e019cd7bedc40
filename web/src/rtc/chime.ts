// A soft tone: someone waits before the room, or the door opens for who waited. Two tones up and short, so that it is told
// from everything that people say.

const TONES_HZ = [523.25, 659.25];
const EACH_S = 0.22;
const LOUDNESS = 0.12;

/** A crowd before the door rings once, and not a hundred times. */
const AT_MOST_EVERY_MS = 5_000;
let rang = Number.NEGATIVE_INFINITY;

export function chime(): void {
  if (performance.now() - rang < AT_MOST_EVERY_MS) return;
  rang = performance.now();
  let context: AudioContext;
  try {
    context = new AudioContext();
  } catch {
    // A machine without sound has the words.
    return;
  }
  const end = context.currentTime + TONES_HZ.length * EACH_S + 0.3;
  TONES_HZ.forEach((hz, index) => {
    const at = context.currentTime + index * EACH_S;
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    tone.frequency.value = hz;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.001, end);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(end);
  });
  setTimeout(() => void context.close().catch(() => undefined), 1_500);
}
