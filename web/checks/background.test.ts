// What hides the background runs on people's faces. From its version 1.0 on it reports to its maker how it is used, so
// the version stands still, and no new address may slip in.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

const modules = join(import.meta.dirname, "../node_modules");
const RUNTIME = "@mediapipe/tasks-vision";
const read = (path: string) => readFileSync(join(modules, path), "latin1");

/** Words in error messages; nothing is fetched from there. */
const EXPLANATIONS = ["go", "goto", "github.com", "www.tensorflow.org"];

describe("the runtime that finds people in pictures", () => {
  it("is the last one that reports nothing", () => {
    expect((JSON.parse(read(`${RUNTIME}/package.json`)) as { version: string }).version).toBe("0.10.21");
  });

  it.each(["vision_bundle.mjs", "wasm/vision_wasm_internal.js", "wasm/vision_wasm_internal.wasm"])("knows no address: %s", (file) => {
    const hosts = [...read(`${RUNTIME}/${file}`).matchAll(/\b(?:https?|wss?):\/\/([\w.-]+)/g)].map(([, host]) => host ?? "");
    expect(hosts.filter((host) => !EXPLANATIONS.includes(host))).toEqual([]);
  });
});
