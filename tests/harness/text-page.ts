// A page full of letters that stands in for a screen, and the measure of how well they can be read elsewhere. Sent to
// the browser as text; each function leans on nothing outside itself.

export interface TextScreen {
  /** How far the page is scrolled, in pixels. */
  scrollTo(top: number): void;
}

declare global {
  interface Window {
    __screen: TextScreen;
    __paintText: (brush: OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D, top: number) => void;
  }
}

/** A document on a screen of 1920 by 1080: black letters of 12 pixels on white, 110 in a line; every line different. */
export function installText(): void {
  window.__paintText = (brush, top) => {
    const words = "der die das und mit von zu ist nicht eine Beratung Termin Gespräch Raum Ruhe Frage Antwort Woche Schritt".split(" ");
    brush.fillStyle = "white";
    brush.fillRect(0, 0, 1920, 1080);
    brush.fillStyle = "#202020";
    brush.font = "12px sans-serif";
    brush.textBaseline = "top";
    const first = Math.floor(top / 18);
    for (let line = first; line < first + 62; line += 1) {
      let seed = (line + 1) * 2_654_435_761;
      let text = `${line}  `;
      while (text.length < 110) {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
        text += `${words[(seed >>> 8) % words.length] ?? ""} `;
      }
      brush.fillText(text, 24, line * 18 - top + 6);
    }
  };
}

/**
 * Gives the page that asks for a screen the page of letters. Its caret blinks twice a second: a screen on which nothing
 * at all moves is repeated by a browser, a canvas is not.
 */
export function installTextScreen(): void {
  if (!("mediaDevices" in navigator) || !navigator.mediaDevices) return;
  const canvas = document.createElement("canvas");
  canvas.width = 1920;
  canvas.height = 1080;
  const brush = canvas.getContext("2d", { alpha: false });
  let top = 0;
  let blinks = false;
  const paint = (): void => {
    if (!brush) return;
    window.__paintText(brush, top);
    brush.fillStyle = blinks ? "black" : "white";
    brush.fillRect(4, 4, 2, 14);
  };
  setInterval(() => {
    blinks = !blinks;
    paint();
  }, 500);
  paint();
  window.__screen = {
    scrollTo: (to) => {
      top = to;
      paint();
    },
  };
  navigator.mediaDevices.getDisplayMedia = () => Promise.resolve(canvas.captureStream(30));
}

/** How alike the letters of a shown screen are to the true ones: 1 for the same, 0 for none. Also its size. */
export function readability([top, half]: [number, boolean]): { alike: number; width: number; height: number } {
  const video = document.querySelector<HTMLVideoElement>('[data-source="screen"] video');
  const width = video?.videoWidth ?? 0;
  const height = video?.videoHeight ?? 0;
  if (!video || width === 0) return { alike: 0, width, height };
  const truth = new OffscreenCanvas(1920, 1080).getContext("2d", { willReadFrequently: true });
  const seen = new OffscreenCanvas(1920, 1080).getContext("2d", { willReadFrequently: true });
  if (!truth || !seen) throw new Error("no canvas");
  window.__paintText(truth, top);
  if (half) {
    // What the measure says of letters that went through half the size.
    const small = new OffscreenCanvas(960, 540);
    small.getContext("2d")?.drawImage(truth.canvas, 0, 0, 960, 540);
    seen.drawImage(small, 0, 0, 1920, 1080);
  } else {
    seen.drawImage(video, 0, 0, 1920, 1080);
  }
  // The corner of the caret is left out.
  const [x, y, w, h] = [24, 24, 600, 1_020] as const;
  const one = truth.getImageData(x, y, w, h).data;
  const other = seen.getImageData(x, y, w, h).data;
  let [n, a, b, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (let at = 1; at < one.length; at += 4) {
    const [p, q] = [one[at] ?? 0, other[at] ?? 0];
    n += 1;
    a += p;
    b += q;
    aa += p * p;
    bb += q * q;
    ab += p * q;
  }
  const spread = Math.sqrt((aa - (a * a) / n) * (bb - (b * b) / n));
  return { alike: spread === 0 ? 0 : (ab - (a * b) / n) / spread, width, height };
}
