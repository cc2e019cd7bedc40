// Many voices in one browser: each page hums at a tone of its own, as loud as it is told. A browser for each would be
// more than a small machine carries.

import type { ChromiumTab } from "./chromium.ts";
import { COLOURS } from "./looks.ts";
import { Person } from "./person.ts";

declare global {
  interface Window {
    __hum?: { loudness: number };
  }
}

/** Far enough apart to be told from each other, and none the double of another. */
const FIRST_HZ = 400;
const STEP_HZ = 62;

/** Runs in the page: a microphone that hums in pulses, as speech comes in words. */
function installHum(hz: number): void {
  const hum = { loudness: 0 };
  window.__hum = hum;
  // Pages that are not in a secure context, such as the blank first one, have no devices at all.
  if (!("mediaDevices" in navigator) || !navigator.mediaDevices) return;
  navigator.mediaDevices.getUserMedia = async () => {
    const context = new AudioContext({ sampleRate: 48_000 });
    const tone = new OscillatorNode(context, { frequency: hz });
    const volume = new GainNode(context, { gain: 0 });
    const out = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    tone.connect(volume).connect(out);
    tone.start();
    await context.resume();
    let beat = 0;
    setInterval(() => {
      beat += 1;
      volume.gain.setTargetAtTime(beat % 5 === 0 ? 0 : hum.loudness, context.currentTime, 0.005);
    }, 100);
    return out.stream;
  };
}

/** The first voice is the page that is there already; each of the others gets a new one. */
export async function choir(first: ChromiumTab, count: number): Promise<Person[]> {
  const people: Person[] = [];
  for (let voice = 0; voice < count; voice += 1) {
    const tab = voice === 0 ? first : await first.another();
    const tone = FIRST_HZ + STEP_HZ * voice;
    await tab.page.addInitScript(installHum, tone);
    people.push(new Person(`Stimme ${voice + 1}`, { colour: COLOURS.red, tone }, tab));
  }
  return people;
}

/** Full scale is 1. */
export async function hums(person: Person, loudness: number): Promise<void> {
  await person.tab.evaluate((wanted) => {
    if (window.__hum) window.__hum.loudness = wanted;
  }, loudness);
}
