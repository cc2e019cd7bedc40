// What makes an app of the page: the worker that keeps its files, with the list of this build's files in it.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const SOURCE = join(import.meta.dirname, "../app/service-worker.js");

/** @returns {import("vite").Plugin} */
export function app() {
  let outDir = "";
  return {
    name: "incamera-app",
    apply: "build",
    configResolved(config) {
      outDir = config.build.outDir;
    },
    async closeBundle(error) {
      if (error) return;
      const entries = await readdir(join(outDir, "assets"), { recursive: true, withFileTypes: true });
      const files = entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(outDir.length))
        .sort();
      const source = await readFile(SOURCE, "utf8");
      await writeFile(join(outDir, "service-worker.js"), source.replace("self.__FILES__", () => JSON.stringify(files)));
    },
  };
}
