// Puts together what hides the background: a task runtime, compiled, and a network that tells people from what is
// behind them. Both come from packages and are served by our own server under names that carry their hash.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
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
      // Loaded as a script of its own it would need a worker that may load scripts: so it becomes part of ours. As a
      // module it knows no `module` and no `require`, and of its own `dbg`, which is declared in a way that modules do
      // not have, only a silent one.
      const loader = readFileSync(join(RUNTIME, "vision_wasm_internal.js"), "utf8");
      writeFileSync(join(parts, "loader.js"), `const module = undefined, require = undefined, dbg = () => undefined;\n${loader}\nexport default ModuleFactory;\n`);
      copyFileSync(join(RUNTIME, "vision_wasm_internal.wasm"), join(parts, "vision.wasm"));
      return { resolve: { alias: { "background-parts": parts } } };
    },
  };
}
