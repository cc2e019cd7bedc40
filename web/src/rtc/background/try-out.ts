// A trial on pictures that mean nothing, as long as people wait for it.
import type { Studio } from "./studio";
import { type Trial, middleOf } from "./trial";

const PICTURES = 20;
const AT_MOST_MS = 4_000;
/** The first pictures are slow everywhere: the network is still being put in place. */
const WARM_UP = 3;
const SIZE = { width: 1280, height: 720 };

export function tryOut(studio: Studio): Trial {
  const began = performance.now();
  const looks: number[] = [];
  const composes: number[] = [];
  for (let index = 0; index < PICTURES + WARM_UP; index += 1) {
    if (performance.now() - began > AT_MOST_MS && looks.length > 0) break;
    const frame = scene(index);
    const { lookMs, composeMs } = studio.measure(frame);
    frame.close();
    if (index < WARM_UP) continue;
    looks.push(lookMs);
    composes.push(composeMs);
  }
  return { lookMs: middleOf(looks), composeMs: middleOf(composes), card: studio.card };
}

/** Something like a head and shoulders, moving. */
function scene(index: number): ImageBitmap {
  const canvas = new OffscreenCanvas(SIZE.width, SIZE.height);
  const brush = canvas.getContext("2d");
  if (!brush) throw new Error("no canvas to draw on");
  brush.fillStyle = "#9aa59b";
  brush.fillRect(0, 0, SIZE.width, SIZE.height);
  brush.fillStyle = "#c99f83";
  brush.beginPath();
  brush.ellipse(640 + 8 * index, 300, 110, 150, 0, 0, 2 * Math.PI);
  brush.ellipse(640 + 8 * index, 760, 360, 300, 0, 0, 2 * Math.PI);
  brush.fill();
  return canvas.transferToImageBitmap();
}
