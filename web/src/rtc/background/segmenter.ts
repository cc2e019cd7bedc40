// Finds the person in a picture. The network runs on the processor, in this worker, and asks nobody.
import { ImageSegmenter } from "@mediapipe/tasks-vision";
import ModuleFactory from "background-parts/loader.js";
import modelAddress from "background-parts/model.tflite?url";
import runtimeAddress from "background-parts/vision.wasm?url";

import type { Frame } from "./composer";
import { placed } from "./fit";
import { LOOK, type Outline, edged } from "./outline";

/** The files could not be fetched: that may be better next time. */
export class Unloaded extends Error {}

export class Segmenter {
  readonly #task: ImageSegmenter;
  readonly #eye: OffscreenCanvasRenderingContext2D;
  readonly #certainty = new Uint8ClampedArray(LOOK.width * LOOK.height);
  #time = 0;

  private constructor(task: ImageSegmenter) {
    this.#task = task;
    const eye = new OffscreenCanvas(LOOK.width, LOOK.height).getContext("2d", { alpha: false });
    if (!eye) throw new Error("no canvas to draw on");
    this.#eye = eye;
  }

  static async load(): Promise<Segmenter> {
    const [model, wasmBinary] = await Promise.all([fetched(modelAddress), fetched(runtimeAddress)]);
    // The runtime takes its loader and itself from here, once for each task that it makes. What it would tell the
    // console is for those who make it.
    const silent = () => undefined;
    Object.assign(self, { ModuleFactory, Module: { wasmBinary, print: silent, printErr: silent } });
    const task = await ImageSegmenter.createFromOptions(
      { wasmLoaderPath: "", wasmBinaryPath: runtimeAddress },
      {
        baseOptions: { modelAssetBuffer: new Uint8Array(model), delegate: "CPU" },
        canvas: new OffscreenCanvas(LOOK.width, LOOK.height),
        runningMode: "VIDEO",
        outputConfidenceMasks: true,
        outputCategoryMask: false,
      },
    );
    return new Segmenter(task);
  }

  /** The outline of whoever is in the picture; it is overwritten by the next call. */
  look(frame: Frame, size: { readonly width: number; readonly height: number }): Outline | undefined {
    const within = placed(size, LOOK);
    this.#eye.fillRect(0, 0, LOOK.width, LOOK.height);
    this.#eye.drawImage(frame, within.x, within.y, within.width, within.height);
    let found = false;
    // The runtime wants its own times to grow; the pictures' times need not.
    this.#time += 1;
    this.#task.segmentForVideo(this.#eye.canvas, this.#time, ({ confidenceMasks }) => {
      const mask = confidenceMasks?.[0];
      if (!mask || mask.width !== LOOK.width || mask.height !== LOOK.height) return;
      edged(mask.getAsFloat32Array(), this.#certainty);
      found = true;
    });
    return found ? { certainty: this.#certainty, within } : undefined;
  }

  close(): void {
    this.#task.close();
  }
}

/** Fetched here and not by the runtime, so that a broken line is told from a device that cannot. */
async function fetched(address: string): Promise<ArrayBuffer> {
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Unloaded(String(answer.status));
    return await answer.arrayBuffer();
  } catch (error) {
    throw error instanceof Unloaded ? error : new Unloaded(String(error));
  }
}
