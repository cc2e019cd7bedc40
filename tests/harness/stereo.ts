// Music with something else in each ear, and what arrives of it: which tone is on which side, and at what rate.

import { wav } from "./media-files.ts";

/** A WAV file with one tone on the left and another on the right. */
export function stereoWav(seconds: number, left: number, right: number): Buffer {
  return wav(seconds, 2, (t, channel) => 0.27 * Math.sin(2 * Math.PI * (channel === 0 ? left : right) * t));
}

/** In dB: each tone on each side. */
export interface Sides {
  left: [number, number];
  right: [number, number];
}

/** What is heard on both sides of the loudest played stream. Runs in the page. */
export async function listenOnBothSides([low, high]: [number, number]): Promise<Sides | null> {
  const context = new AudioContext({ sampleRate: 48_000 });
  await context.resume();
  const ears = [...document.querySelectorAll<HTMLAudioElement>("audio[data-slot]")].flatMap((audio) => {
    if (!(audio.srcObject instanceof MediaStream) || audio.paused) return [];
    const splitter = context.createChannelSplitter(2);
    context.createMediaStreamSource(audio.srcObject).connect(splitter);
    return [[0, 1].map((side) => {
      const analyser = context.createAnalyser();
      analyser.fftSize = 8192;
      splitter.connect(analyser, side);
      return analyser;
    })];
  });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const strength = (analyser: AnalyserNode | undefined, hz: number): number => {
    if (!analyser) return -Infinity;
    const spectrum = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(spectrum);
    const bin = Math.round((hz * analyser.fftSize) / context.sampleRate);
    return Math.max(...spectrum.slice(bin - 1, bin + 2));
  };
  const heard = ears.map(([left, right]): Sides => ({
    left: [strength(left, low), strength(left, high)],
    right: [strength(right, low), strength(right, high)],
  }));
  await context.close();
  const loudness = ({ left, right }: Sides): number => Math.max(...left, ...right);
  return heard.sort((one, other) => loudness(other) - loudness(one))[0] ?? null;
}
