// Writes a Brotli and a gzip copy beside every built file that gains by it, so that the server only picks
// one and never compresses while someone waits.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const COMPRESSIBLE = /\.(html|js|css|svg|json|txt|wasm|tflite|webmanifest)$/;

/** A copy that saves less than this is not worth another file in the binary. */
const MINIMUM_GAIN = 0.95;

const CACHE = join(import.meta.dirname, "../node_modules/.cache/incamera");

/** Where the build leaves the list of its files for `budget.js`, which no visitor needs. */
export const MANIFEST = join(CACHE, "manifest.json");

/** Copies made before, by what they are of: the largest files hardly ever change, and take half a minute each time. */
const COPIES = join(CACHE, "compressed");

/** @param {string} folder @returns {Promise<string[]>} */
async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

const COMPRESSORS = {
  /** @param {Buffer} content */
  br: (content) => promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }),
  /** @param {Buffer} content */
  gz: (content) => promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }),
};

/** @param {string} path */
async function compressBeside(path) {
  const content = await readFile(path);
  const hash = createHash("sha256").update(content).digest("hex");
  for (const [ending, compress] of Object.entries(COMPRESSORS)) {
    const kept = join(COPIES, `${hash}.${ending}`);
    const copy = await readFile(kept).catch(() => compress(content));
    if (copy.length >= content.length * MINIMUM_GAIN) continue;
    // Whole or not at all: a copy that was cut off would be taken for good.
    await writeFile(`${kept}.new`, copy);
    await rename(`${kept}.new`, kept);
    await writeFile(`${path}.${ending}`, copy);
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
    async closeBundle(error) {
      // The files of a build that failed are not there; its own error is the one to read.
      if (error) return;
      await mkdir(COPIES, { recursive: true });
      await rename(join(outDir, "manifest.json"), MANIFEST);
      const files = await filesBelow(outDir);
      await Promise.all(files.filter((path) => COMPRESSIBLE.test(path)).map(compressBeside));
    },
  };
}
