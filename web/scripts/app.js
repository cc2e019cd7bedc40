// What makes an app of the page: the worker that keeps its files, with the list of this build's files in it.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const SOURCE = join(import.meta.dirname, "../app/service-worker.js");

/** @returns {import("vite").Plugin} */
export function app() {
  return {
    name: "incamera-app",
    apply: "build",
    generateBundle: {
      // After everyone else has added what is theirs.
      order: "post",
      handler(_options, bundle) {
        const files = Object.keys(bundle).filter((name) => name.startsWith("assets/")).map((name) => `/${name}`).sort();
        const source = readFileSync(SOURCE, "utf8").replace("self.__FILES__", () => JSON.stringify(files));
        this.emitFile({ type: "asset", fileName: "service-worker.js", source });
      },
    },
  };
}
