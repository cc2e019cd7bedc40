// How the client is built: one small shell, hashed assets, and beside each of them what the server hands
// out compressed. Texts are compiled before (`npm run words`).
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

import { app } from "./scripts/app.js";
import { background } from "./scripts/background.js";
import { compressed } from "./scripts/compressed.js";
import { paper } from "./scripts/paper.js";

export default defineConfig({
  plugins: [svelte(), background(), paper(), app(), compressed()],
  build: {
    target: "es2022",
    outDir: "dist",
    // The content policy allows no `data:` address, so nothing is ever written into a style or script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // `npm run budget` reads from it which files a page loads.
    manifest: "manifest.json",
  },
  server: {
    proxy: {
      "/api": "http://localhost:8080",
      "/signal": { target: "ws://localhost:8080", ws: true },
    },
  },
  test: {
    include: ["src/**/*.test.ts", "checks/**/*.test.ts"],
    environment: "node",
  },
});
