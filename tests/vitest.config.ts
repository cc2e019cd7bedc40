// One file at a time and one worker: two cores carry three browsers, not six, and a figure measured beside another
// journey says nothing.

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

export default defineConfig({
  test: {
    ...quiet,
    reporters: ["verbose", new SecondTries()],
    // Figures are printed as they are measured, not folded under the test's name afterwards.
    disableConsoleIntercept: true,
    projects: [
      { test: { ...quiet, name: "proofs", include: ["proofs/**/*.test.ts"] } },
      { test: { ...quiet, name: "journeys", retry: 1, include: ["journeys/**/*.test.ts"] } },
      { test: { ...quiet, name: "long", include: ["long/**/*.test.ts"], testTimeout: 1_200_000 } },
      { test: { ...quiet, name: "screens", include: ["screens/**/*.test.ts"], testTimeout: 300_000 } },
    ],
  },
});
