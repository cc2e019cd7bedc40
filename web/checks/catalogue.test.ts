// The catalogue of texts: complete in every language, and the only place where texts are.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { parse } from "svelte/compiler";
import { describe, expect, it } from "vitest";

import { GUEST_PATH, missingPlain } from "../scripts/plain.js";

const root = join(import.meta.dirname, "..");

type Catalogue = Record<string, unknown>;
const catalogue = (language: string) =>
  JSON.parse(readFileSync(join(root, "messages", `${language}.json`), "utf8")) as Catalogue;
const placeholders = (message: unknown) => [...new Set(JSON.stringify(message).match(/\{(\w+)\}/g))].sort();

const source = (folder: string, ending: RegExp) =>
  readdirSync(join(root, "src", folder), { recursive: true, encoding: "utf8" })
    .filter((path) => ending.test(path) && !path.startsWith("paraglide"))
    .map((path) => ({ path: join(folder, path), text: readFileSync(join(root, "src", folder, path), "utf8") }));

describe("the catalogue", () => {
  const [de, en] = [catalogue("de"), catalogue("en")];

  it("says in English everything that it says in German", () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(de).sort());
    for (const [key, message] of Object.entries(de)) {
      expect(placeholders(en[key]), key).toEqual(placeholders(message));
    }
  });

  it("has no plain German without German", () => {
    for (const [key, message] of Object.entries(catalogue("de-x-leicht"))) {
      expect(de).toHaveProperty(key);
      expect(placeholders(message), key).toEqual(placeholders(de[key]));
    }
  });

  it("says everything plainly that a guest meets on the way in, in the room and out", () => {
    expect(missingPlain().filter((key) => GUEST_PATH.test(key))).toEqual([]);
  });

  it("holds nothing that no page says", () => {
    const all = source("ui", /\.(svelte|ts)$/).concat(source("pages", /\.svelte$/));
    const used = new Set(all.flatMap(({ text }) => [...text.matchAll(/\bm\.(\w+)\(/g)].map((match) => match[1])));
    expect(Object.keys(de).filter((key) => !used.has(key))).toEqual([]);
  });

  it("calls nobody by the familiar form", () => {
    for (const [key, message] of Object.entries(de)) expect(JSON.stringify(message), key).not.toMatch(/\b([Dd]u|[Dd]ein\w*|[Dd]ir|[Dd]ich)\b/);
  });
});

/** Attributes whose value a person reads or hears. */
const SPOKEN = new Set(["aria-label", "title", "alt", "placeholder", "aria-description", "aria-roledescription"]);

interface Node {
  type?: string;
  name?: string;
  data?: string;
  value?: unknown;
}

/** Text in a template that is not a mere sign. */
function literals(tree: unknown): string[] {
  if (Array.isArray(tree)) return tree.flatMap(literals);
  if (typeof tree !== "object" || tree === null) return [];
  const node = tree as Node;
  if (node.type === "Text") return /\p{L}/u.test(node.data ?? "") ? [(node.data ?? "").trim()] : [];
  if (node.type === "StyleDirective") return [];
  if (node.type === "Attribute") return SPOKEN.has(node.name ?? "") ? literals(node.value) : [];
  return Object.values(node).flatMap(literals);
}

describe("components", () => {
  it("hold no text of their own", () => {
    for (const { path, text } of source("", /\.svelte$/)) {
      expect(literals(parse(text, { modern: true }).fragment), path).toEqual([]);
    }
  });
});
