// A film from this device: decoded here, its picture and its sound as tracks. The file itself goes nowhere.
import { stereoTo } from "./mix";

export interface Film {
  readonly title: string;
  readonly track: MediaStreamTrack;
  readonly sound: MediaStreamTrack | undefined;
  readonly width: number;
  readonly height: number;
  /** Plays, pauses, tells how far it is. */
  readonly element: HTMLVideoElement;
  close(): void;
}

/** A film that cannot be opened within this time cannot be opened. */
const OPENS_WITHIN_MS = 15_000;

/** While a film is paused its picture is given again this often, for whoever comes later. */
const AGAIN_EVERY_MS = 1_000;

const FRAMES_PER_SECOND = 30;

export async function openFilm(file: File): Promise<Film> {
  const address = URL.createObjectURL(file);
  const element = document.createElement("video");
  element.playsInline = true;
  element.src = address;
  const context = new AudioContext({ sampleRate: 48_000, latencyHint: "playback" });
  const painter = document.createElement("canvas");
  let stopPainting: () => void = () => undefined;
  const close = () => {
    stopPainting();
    element.pause();
    element.removeAttribute("src");
    element.load();
    void context.close().catch(() => undefined);
    URL.revokeObjectURL(address);
  };
  try {
    await opened(element);
    const [width, height] = [element.videoWidth, element.videoHeight];
    if (width === 0 || height === 0) throw new Error("a film without a picture");
    Object.assign(painter, { width, height });
    const everyone = stereoTo(context);
    const source = context.createMediaElementSource(element);
    // Whoever shows it hears the same as the others.
    source.connect(everyone);
    source.connect(context.destination);
    // Not every browser gives a film's own picture as a track, and none gives it again while it is paused.
    const [track] = painter.captureStream(FRAMES_PER_SECOND).getVideoTracks();
    if (!track) throw new Error("no track of a canvas");
    track.contentHint = "motion";
    stopPainting = paint(element, painter);
    await Promise.all([context.resume(), element.play()]);
    return { title: file.name, track, sound: everyone.stream.getAudioTracks()[0], width, height, element, close };
  } catch (error) {
    close();
    throw error;
  }
}

function opened(element: HTMLVideoElement): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("too slow")), OPENS_WITHIN_MS);
    element.addEventListener(
      "loadeddata",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
    element.addEventListener(
      "error",
      () => {
        clearTimeout(timer);
        reject(new Error("not a film that this browser plays"));
      },
      { once: true },
    );
  });
}

/** Paints every frame of the film, and the last one again now and then. */
function paint(element: HTMLVideoElement, canvas: HTMLCanvasElement): () => void {
  const brush = canvas.getContext("2d", { alpha: false });
  const draw = () => brush?.drawImage(element, 0, 0, canvas.width, canvas.height);
  let request = 0;
  const next = () => {
    draw();
    request = element.requestVideoFrameCallback(next);
  };
  const again = setInterval(draw, AGAIN_EVERY_MS);
  if ("requestVideoFrameCallback" in element) request = element.requestVideoFrameCallback(next);
  const plain = "requestVideoFrameCallback" in element ? undefined : setInterval(draw, 1_000 / FRAMES_PER_SECOND);
  draw();
  return () => {
    clearInterval(again);
    clearInterval(plain);
    if (request) element.cancelVideoFrameCallback(request);
  };
}
