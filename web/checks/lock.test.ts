// The lock file names every package that any platform may want. A registry that lacks one of them makes
// `npm install` leave it out silently, and `npm ci` then refuses the whole file.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

interface Lock {
  packages: Record<string, { optionalDependencies?: Record<string, string>; resolved?: string }>;
}

const { packages } = JSON.parse(readFileSync(join(import.meta.dirname, "../package-lock.json"), "utf8")) as Lock;

it("knows every optional package", () => {
  const wanted = Object.values(packages).flatMap((one) => Object.keys(one.optionalDependencies ?? {}));
  const known = Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, ""));
  expect(wanted.filter((name) => !known.includes(name))).toEqual([]);
});

it("names no registry", () => {
  expect(Object.keys(packages).filter((path) => packages[path]?.resolved !== undefined)).toEqual([]);
});
