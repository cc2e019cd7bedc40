// Writes a Brotli and a gzip copy beside every built file that gains by it, so that the server only picks
// one and never compresses while someone waits.
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const COMPRESSIBLE = /\.(html|js|css|svg|json|txt|wasm|tflite|webmanifest)$/;

/** A copy that saves less than this is not worth another file in the binary. */
const MINIMUM_GAIN = 0.95;

/** Where the build leaves the list of its files for `budget.js`, which no visitor needs. */
export const MANIFEST = join(import.meta.dirname, "../node_modules/.cache/incamera/manifest.json");

/** @param {string} folder @returns {Promise<string[]>} */
async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** @param {string} path */
async function compressBeside(path) {
  const content = await readFile(path);
  const copies = {
    br: await promisify(brotliCompress)(content, {
      params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
    }),
    gz: await promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }),
  };
  for (const [ending, copy] of Object.entries(copies)) {
    if (copy.length < content.length * MINIMUM_GAIN) await writeFile(`${path}.${ending}`, copy);
  }
}

/** @returns {import("vite").Plugin} */
export function compressed() {
  let outDir = "";
  return {
    name: "incamera-compressed",
    apply: "build",
    configResolved(config) {
      outDir = config.build.outDir;
    },
    async closeBundle() {
      await mkdir(dirname(MANIFEST), { recursive: true });
      await rename(join(outDir, "manifest.json"), MANIFEST);
      const files = await filesBelow(outDir);
      await Promise.all(files.filter((path) => COMPRESSIBLE.test(path)).map(compressBeside));
    },
  };
}
