// One file at a time and one worker: two cores carry three browsers, not six, and a figure measured beside another
// journey says nothing. Journeys that only look at pages measure nothing, and go two at a time.

import { defineConfig } from "vitest/config";
import { SecondTries } from "./harness/second-tries.ts";

const quiet = {
  fileParallelism: false,
  maxWorkers: 1,
  pool: "forks" as const,
  testTimeout: 90_000,
  hookTimeout: 60_000,
  retry: 0,
};

/** Pages of guests and hosts: texts, forms, what axe says. */
const pages = ["accessibility", "appointments", "face", "hostile-text", "organisation", "panels", "passkeys", "recovery"].map((name) => `journeys/${name}.test.ts`);

export default defineConfig({
  test: {
    ...quiet,
    reporters: ["verbose", new SecondTries()],
    // Figures are printed as they are measured, not folded under the test's name afterwards.
    disableConsoleIntercept: true,
    projects: [
      { test: { ...quiet, name: "proofs", include: ["proofs/**/*.test.ts"] } },
      { test: { ...quiet, name: "pages", retry: 1, fileParallelism: true, maxWorkers: 2, include: pages, sequence: { groupOrder: 1 } } },
      { test: { ...quiet, name: "journeys", retry: 1, include: ["journeys/**/*.test.ts"], exclude: pages, sequence: { groupOrder: 2 } } },
      { test: { ...quiet, name: "long", include: ["long/**/*.test.ts"], testTimeout: 1_200_000 } },
      { test: { ...quiet, name: "screens", include: ["screens/**/*.test.ts"], testTimeout: 300_000 } },
    ],
  },
});
