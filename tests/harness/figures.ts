// Figures are printed every time and fail only at three times what is expected: a busy machine is not a broken
// program, and a slow creep is seen in the printed lines long before it fails.

const SLACK = 3;

/** Prints a measured time and fails at three times the expected one. */
export function figure(what: string, ms: number, expectedMs: number): void {
  const limit = expectedMs * SLACK;
  console.log(`  figure: ${what}: ${Math.round(ms)} ms (expected ${expectedMs}, fails above ${limit})`);
  if (ms > limit) throw new Error(`${what} took ${Math.round(ms)} ms, more than three times the expected ${expectedMs} ms`);
}

/** The same for a share in percent. */
export function share(what: string, percent: number, expected: number): void {
  const limit = expected * SLACK;
  console.log(`  figure: ${what}: ${percent.toFixed(2)} % (expected ${expected}, fails above ${limit})`);
  if (percent > limit) throw new Error(`${what}: ${percent.toFixed(2)} %, more than three times the expected ${expected} %`);
}

/** Prints something measured that has no limit of its own here. */
export function note(what: string, value: string | number): void {
  console.log(`  figure: ${what}: ${value}`);
}
