// How loud the own microphone is, for a bar that moves. It is written straight into a style property, past
// the component tree: sixty times a second is no business of components.

/** Speech rarely gets louder than this; the bar is full there. */
const FULL_DB = -12;
/** Below it is silence, whatever the room hums. */
const SILENT_DB = -58;
/** How quickly the bar falls, per frame: slow enough to be seen, quick enough to follow words. */
const FALL = 0.88;

/** Measures a track until the returned function is called; `show` gets values from 0 to 1. */
export function measureLevel(track: MediaStreamTrack, show: (level: number) => void): () => void {
  const context = new AudioContext();
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  source.connect(analyser);
  // A context made without a gesture starts asleep; asking is harmless, and waiting for it is not needed.
  void context.resume().catch(() => undefined);

  const samples = new Float32Array(analyser.fftSize);
  let level = 0;
  let frame = 0;
  const tick = () => {
    analyser.getFloatTimeDomainData(samples);
    level = Math.max(loudness(samples), level * FALL);
    show(level);
    frame = requestAnimationFrame(tick);
  };
  tick();

  return () => {
    cancelAnimationFrame(frame);
    source.disconnect();
    void context.close().catch(() => undefined);
    show(0);
  };
}

/** Loudness of a stretch of sound, on a scale that fits how people hear. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const db = 10 * Math.log10(sum / samples.length + 1e-12);
  return Math.min(1, Math.max(0, (db - SILENT_DB) / (FULL_DB - SILENT_DB)));
}
