// Ten browsers on two busy cores falter now and then, and a journey that measures what people notice notices that too.
// A journey that failed is told once more; which did is said at the end, and more than a few in one run fail it, so that
// something that breaks every third time does not pass for bad luck.

import type { TestCase } from "vitest/node";

const FEW = 3;

export class SecondTries {
  readonly #needed: string[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky) this.#needed.push(test.fullName);
  }

  onTestRunEnd(): void {
    if (this.#needed.length === 0) return;
    console.log(`\n  passed at the second try only (${this.#needed.length}; more than ${FEW} fail the run):`);
    for (const name of this.#needed) console.log(`    ${name}`);
    if (this.#needed.length > FEW) process.exitCode = 1;
  }
}
