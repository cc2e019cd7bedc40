// What runs inside every page, before the page's own scripts: it remembers the peer connections, listens to each
// remote voice, looks at each tile, and writes down what the content policy had to forbid.
//
// The function is sent to the browser as text, so it leans on nothing outside itself.

/** A tile as a person sees it. */
export interface TileSeen {
  id: string;
  /** All the words in it, the spoken ones of its labels included. */
  words: string;
  self: boolean;
  /** Whether a picture is shown: a video element that takes up room and has frames. */
  picture: boolean;
  colour: [number, number, number] | null;
  /** The video's own clock; it stands still when the picture does. */
  clock: number;
  width: number;
}

/** A peak in one remote voice. */
export interface Peak {
  slot: string;
  hz: number;
  db: number;
}

/** Sums over everything received. */
export interface Received {
  framesDecoded: number;
  freezeCount: number;
  totalFreezesDuration: number;
  totalAudioEnergy: number;
  concealedSamples: number;
  silentConcealedSamples: number;
  totalSamplesReceived: number;
  audioBytes: number;
  widths: number[];
  connections: number;
}

/** One layer of a camera, as its sender counts it. */
export interface SentLayer {
  rid: string;
  bytesSent: number;
  framesEncoded: number;
}

export interface Probe {
  tiles(): TileSeen[];
  /** Calls back for every picture that a tile shows; new tiles are looked for this often, in ms. */
  eachPicture(look: (id: string, video: HTMLVideoElement, at: number) => void, every: number): void;
  heard(lastMs: number): Peak[];
  /** The longest time, within the last `lastMs`, in which a tone was not heard. */
  silence(hz: number, lastMs: number): number;
  /** The longest time, within the last `lastMs`, in which a person's tile showed no new picture. */
  standstill(participant: string, lastMs: number): number;
  received(): Promise<Received>;
  /** The layers of the page's own camera; of every connection that is not closed. */
  sent(): Promise<SentLayer[]>;
  /** How many sockets the page has opened so far. */
  sockets: number;
  /** State of the page's sound: an audio element that the browser would not start shows here. */
  silenced(): string[];
}

declare global {
  interface Window {
    __probe: Probe;
  }
}

export function installProbe(): void {
  const peers: RTCPeerConnection[] = [];

  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Peer {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      peers.push(this);
    }
  };

  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      probe.sockets += 1;
    }
  };

  document.addEventListener("securitypolicyviolation", (event) => {
    // Said in the console, because that outlives the page; the watcher reads it there.
    console.error(`content policy: ${event.violatedDirective} forbids ${event.blockedURI || "inline"} (${event.sourceFile}:${event.lineNumber})`);
  });

  // ---- listening

  /** How far back silences and standstills can be asked for. */
  const REMEMBERED_MS = 180_000;

  /** The longest gap in `times`, which are in order, between then and now. */
  function longestGap(times: number[], lastMs: number): number {
    const now = performance.now();
    let last = now - lastMs;
    let gap = 0;
    for (const at of times) {
      if (at <= last) continue;
      gap = Math.max(gap, at - last);
      last = at;
    }
    return Math.max(gap, now - last);
  }

  const peaks: { at: number; peak: Peak }[] = [];

  /** The voices that a person would hear now: played, not muted, with a track that receives something. */
  function voices(): { audio: HTMLAudioElement; track: MediaStreamTrack }[] {
    const found = [];
    for (const audio of document.querySelectorAll<HTMLAudioElement>("audio[data-slot]")) {
      const track = audio.srcObject instanceof MediaStream ? audio.srcObject.getAudioTracks()[0] : undefined;
      if (track && !audio.paused && !audio.muted && audio.volume > 0) found.push({ audio, track });
    }
    return found;
  }

  function remember(audio: HTMLAudioElement, spectrum: Float32Array, binHz: number): void {
    const at = performance.now();
    let loudest = -Infinity;
    for (const db of spectrum) loudest = Math.max(loudest, db);
    // Quieter than this is the codec's own noise; 20 dB below the loudest are side lobes.
    const floor = Math.max(-60, loudest - 20);
    for (let bin = 2; bin < spectrum.length - 2; bin += 1) {
      const db = spectrum[bin] ?? -Infinity;
      if (db < floor || db < (spectrum[bin - 1] ?? 0) || db < (spectrum[bin + 1] ?? 0)) continue;
      peaks.push({ at, peak: { slot: audio.dataset["slot"] ?? "", hz: bin * binHz, db } });
    }
    while (peaks[0] && peaks[0].at < at - REMEMBERED_MS) peaks.shift();
  }

  let context: AudioContext | null = null;
  const ears = new Map<HTMLAudioElement, { track: MediaStreamTrack; analyser: AnalyserNode }>();

  function listenByAnalyser(): void {
    for (const { audio, track } of voices()) {
      context ??= new AudioContext({ sampleRate: 48_000 });
      if (context.state === "suspended") void context.resume();
      let ear = ears.get(audio);
      if (ear?.track !== track) {
        const analyser = context.createAnalyser();
        analyser.fftSize = 4096;
        analyser.smoothingTimeConstant = 0;
        context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
        ear = { track, analyser };
        ears.set(audio, ear);
      }
      const spectrum = new Float32Array(ear.analyser.frequencyBinCount);
      ear.analyser.getFloatFrequencyData(spectrum);
      remember(audio, spectrum, context.sampleRate / ear.analyser.fftSize);
    }
  }

  // Firefox starts no audio context on a machine without a sound card, but it records and decodes without one.
  const STEP_HZ = 12;
  const WINDOW = 4096;

  /** The strength of each step up to 2 kHz (Goertzel), with a Hann window against side lobes. */
  function spectrumOf(samples: Float32Array, from: number): Float32Array {
    const spectrum = new Float32Array(170).fill(-200);
    for (let step = 8; step < spectrum.length; step += 1) {
      const turn = 2 * Math.cos((2 * Math.PI * step * STEP_HZ) / 48_000);
      let one = 0;
      let two = 0;
      for (let at = 0; at < WINDOW; at += 1) {
        const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / WINDOW);
        const next = (samples[from + at] ?? 0) * hann + turn * one - two;
        two = one;
        one = next;
      }
      spectrum[step] = 10 * Math.log10((one * one + two * two - turn * one * two) * (4 / WINDOW) ** 2 + 1e-20);
    }
    return spectrum;
  }

  async function listenByRecording(): Promise<void> {
    await Promise.all(voices().filter(({ track }) => !track.muted).map(async ({ audio, track }) => {
      const recorder = new MediaRecorder(new MediaStream([track]));
      const parts: Blob[] = [];
      recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
      const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve));
      recorder.start();
      await new Promise((resolve) => setTimeout(resolve, 300));
      recorder.stop();
      await stopped;
      const bytes = await new Blob(parts).arrayBuffer();
      if (bytes.byteLength === 0 || audio.paused) return;
      const samples = (await new OfflineAudioContext(1, 48_000, 48_000).decodeAudioData(bytes)).getChannelData(0);
      // What is silent needs no spectrum; the loudest window is where a pulse is.
      let best = -1;
      let energy = WINDOW * 1e-5;
      for (let from = 0; from + WINDOW <= samples.length; from += WINDOW / 2) {
        let sum = 0;
        for (let at = from; at < from + WINDOW; at += 1) sum += (samples[at] ?? 0) ** 2;
        if (sum > energy) {
          energy = sum;
          best = from;
        }
      }
      if (best >= 0) remember(audio, spectrumOf(samples, best), STEP_HZ);
    }));
  }

  const firefox = navigator.userAgent.includes("Firefox");
  if (firefox) {
    void (async () => {
      for (;;) {
        await listenByRecording().catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
  } else {
    setInterval(listenByAnalyser, 70);
  }

  // ---- looking

  const canvas = document.createElement("canvas");
  canvas.width = 8;
  canvas.height = 8;
  const brush = canvas.getContext("2d", { willReadFrequently: true });

  function colourOf(video: HTMLVideoElement): [number, number, number] | null {
    if (!brush || video.videoWidth === 0) return null;
    brush.drawImage(video, 0, 0, 8, 8);
    const { data } = brush.getImageData(2, 2, 4, 4);
    const sum: [number, number, number] = [0, 0, 0];
    for (let at = 0; at < data.length; at += 4) {
      sum[0] += data[at] ?? 0;
      sum[1] += data[at + 1] ?? 0;
      sum[2] += data[at + 2] ?? 0;
    }
    const count = data.length / 4;
    return [sum[0] / count, sum[1] / count, sum[2] / count];
  }

  function wordsOf(element: Element): string {
    const labels = [element, ...element.querySelectorAll("[aria-label], [title]")]
      .map((part) => `${part.getAttribute("aria-label") ?? ""} ${part.getAttribute("title") ?? ""}`);
    const shown = element instanceof HTMLElement ? element.innerText : "";
    return [shown, ...labels].join(" ").replace(/\s+/g, " ").trim();
  }

  function tiles(): TileSeen[] {
    return [...document.querySelectorAll<HTMLElement>("[data-participant]")].map((tile) => {
      const videos = [...tile.querySelectorAll("video")];
      const video = videos.find((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && one.videoWidth > 0 && one.getBoundingClientRect().width > 0);
      return {
        id: tile.dataset["participant"] ?? "",
        words: wordsOf(tile),
        self: "self" in tile.dataset,
        picture: video !== undefined,
        colour: video ? colourOf(video) : null,
        clock: video?.currentTime ?? 0,
        width: video?.videoWidth ?? 0,
      };
    });
  }

  /** When each person's tile showed a new picture; a tile may change its video, and a video its tile. */
  const shown = new Map<string, number[]>();
  /** Calls back for every picture that a tile shows; new tiles are looked for this often, in ms. */
  function eachPicture(look: (id: string, video: HTMLVideoElement, at: number) => void, every: number): void {
    const watched = new WeakSet<HTMLVideoElement>();
    const watch = (video: HTMLVideoElement): void => {
      video.requestVideoFrameCallback((at) => {
        const id = video.closest<HTMLElement>("[data-participant]")?.dataset["participant"];
        if (id !== undefined) look(id, video, at);
        watch(video);
      });
    };
    setInterval(() => {
      for (const video of document.querySelectorAll<HTMLVideoElement>("[data-participant] video")) {
        if (watched.has(video)) continue;
        watched.add(video);
        watch(video);
      }
    }, every);
  }

  eachPicture((id, _video, at) => {
    const times = shown.get(id) ?? [];
    shown.set(id, times);
    times.push(at);
    while ((times[0] ?? at) < at - REMEMBERED_MS) times.shift();
  }, 100);

  // ---- counting

  async function received(): Promise<Received> {
    const sum: Received = {
      framesDecoded: 0, freezeCount: 0, totalFreezesDuration: 0, totalAudioEnergy: 0, concealedSamples: 0,
      silentConcealedSamples: 0, totalSamplesReceived: 0, audioBytes: 0, widths: [], connections: 0,
    };
    for (const peer of peers) {
      if (peer.connectionState === "closed") continue;
      sum.connections += 1;
      for (const report of (await peer.getStats()).values()) {
        if (report.type !== "inbound-rtp") continue;
        sum.framesDecoded += report.framesDecoded ?? 0;
        sum.freezeCount += report.freezeCount ?? 0;
        sum.totalFreezesDuration += report.totalFreezesDuration ?? 0;
        sum.totalAudioEnergy += report.totalAudioEnergy ?? 0;
        sum.concealedSamples += report.concealedSamples ?? 0;
        sum.silentConcealedSamples += report.silentConcealedSamples ?? 0;
        sum.totalSamplesReceived += report.totalSamplesReceived ?? 0;
        if (report.kind === "audio") sum.audioBytes += report.bytesReceived ?? 0;
        if (report.frameWidth) sum.widths.push(report.frameWidth);
      }
    }
    return sum;
  }

  async function sent(): Promise<SentLayer[]> {
    const layers: SentLayer[] = [];
    for (const peer of peers) {
      if (peer.connectionState === "closed") continue;
      for (const report of (await peer.getStats()).values()) {
        if (report.type !== "outbound-rtp" || report.kind !== "video") continue;
        layers.push({ rid: report.rid ?? "", bytesSent: report.bytesSent ?? 0, framesEncoded: report.framesEncoded ?? 0 });
      }
    }
    return layers;
  }

  const probe: Probe = {
    tiles,
    eachPicture,
    silence(hz, lastMs) {
      return longestGap(peaks.filter(({ peak }) => Math.abs(peak.hz - hz) < 30).map(({ at }) => at), lastMs);
    },
    standstill(participant, lastMs) {
      return longestGap(shown.get(participant) ?? [], lastMs);
    },
    sent,
    heard(lastMs) {
      // A recording tells later what an analyser tells at once.
      const since = performance.now() - lastMs - (firefox ? 500 : 0);
      return peaks.filter((one) => one.at >= since).map((one) => one.peak);
    },
    received,
    sockets: 0,
    silenced() {
      return [...document.querySelectorAll<HTMLAudioElement>("audio[data-slot]")]
        .filter((audio) => audio.paused && audio.srcObject !== null)
        .map((audio) => audio.dataset["slot"] ?? "");
    },
  };
  window.__probe = probe;
}
