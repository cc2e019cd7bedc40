// Puts together what hides the background: a task runtime, compiled, and a network that tells people from what is
// behind them. Both come from packages and are served by our own server under names that carry their hash.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { withMetadata } from "./model.js";

const modules = join(import.meta.dirname, "../node_modules");
const parts = join(modules, ".cache/incamera/background");

// Never newer than 0.10.21: from 1.0 on, the runtime reports its use to its maker. `checks/background.test.ts` holds it.
const RUNTIME = join(modules, "@mediapipe/tasks-vision/wasm");
const MODEL = join(modules, "@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite");

/** @returns {import("vite").Plugin} */
export function background() {
  return {
    name: "incamera-background",
    config() {
      mkdirSync(parts, { recursive: true });
      writeFileSync(join(parts, "model.tflite"), withMetadata(readFileSync(MODEL)));
      // Loaded as a script of its own it would need a worker that may load scripts: so it becomes part of ours.
      const loader = readFileSync(join(RUNTIME, "vision_wasm_internal.js"), "utf8");
      writeFileSync(join(parts, "loader.js"), `${loader}\nexport default ModuleFactory;\n`);
      return {
        resolve: {
          alias: {
            "background-parts/vision.wasm": join(RUNTIME, "vision_wasm_internal.wasm"),
            "background-parts": parts,
          },
        },
      };
    },
  };
}
