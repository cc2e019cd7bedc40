// What a PDF with rare pictures in it needs (JPEG 2000, JBIG2): readers that are fetched by name when such a picture
// comes, from a folder that carries the version, so that they may be kept for good like every other asset.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const reader = join(import.meta.dirname, "../node_modules/pdfjs-dist");

const READERS = ["jbig2_nowasm_fallback.js", "openjpeg_nowasm_fallback.js"];

/** @returns {import("vite").Plugin} */
export function paper() {
  return {
    name: "incamera-paper",
    apply: "build",
    generateBundle() {
      const { version } = JSON.parse(readFileSync(join(reader, "package.json"), "utf8"));
      for (const name of READERS) {
        const source = readFileSync(join(reader, "wasm", name));
        this.emitFile({ type: "asset", fileName: `assets/pdf-${version}/${name}`, source });
      }
    },
  };
}
