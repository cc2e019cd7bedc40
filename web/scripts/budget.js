// Weighs what a visitor loads, compressed as the server sends it, and fails above the budget: old phones
// and slow trains are where people call from. Run after `npm run build`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { MANIFEST } from "./compressed.js";

const dist = join(import.meta.dirname, "../dist");

/** Kilobytes of script and style, gzip. */
const BUDGETS = [
  { page: "join", entries: ["index.html"], most: 60 },
  // Fetched while the consent is read.
  { page: "devices", entries: ["index.html", "src/pages/Check.svelte"], most: 70 },
  { page: "room", entries: ["index.html", "src/pages/Room.svelte"], most: 150 },
];

/** @type {Record<string, { file: string, css?: string[], imports?: string[] }>} */
const manifest = JSON.parse(readFileSync(MANIFEST, "utf8"));

/** @param {string} key @param {Set<string>} files */
function collect(key, files) {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`the build has no ${key}`);
  files.add(chunk.file);
  for (const style of chunk.css ?? []) files.add(style);
  for (const other of chunk.imports ?? []) collect(other, files);
  return files;
}

let failed = false;
for (const { page, entries, most } of BUDGETS) {
  /** @type {Set<string>} */
  const files = new Set();
  for (const entry of entries) collect(entry, files);
  const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file)), { level: 9 }).length, 0);
  const kilobytes = bytes / 1000;
  const verdict = kilobytes <= most ? "fits" : "TOO MUCH";
  console.log(`${page}: ${kilobytes.toFixed(1)} kB of ${most} kB in ${files.size} files: ${verdict}`);
  failed ||= kilobytes > most;
}
if (failed) process.exitCode = 1;
