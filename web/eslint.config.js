// Rules beyond style: types are used honestly, and the arrows between the folders hold.
import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";

import svelteConfig from "./svelte.config.js";

const viewLibrary = {
  group: ["svelte", "svelte/*", "**/*.svelte", "**/paraglide/*"],
  message: "The view library and the texts are for ui/, pages/ and main.ts.",
};

export default ts.config(
  { ignores: ["dist/", "src/paraglide/", "src/protocol.ts", "project.inlang/"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: globals.browser },
    rules: {
      "no-console": "error",
      eqeqeq: "error",
      "no-restricted-globals": ["error", "name", "event", "status", "parent"],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig },
    },
    rules: {
      "svelte/no-at-html-tags": "error",
      // No `style="…"`: the content policy drops it. `style:…={…}` goes through the CSSOM and is fine.
      "svelte/no-inline-styles": "off",
      "no-restricted-syntax": [
        "error",
        { selector: "SvelteAttribute[key.name='style']", message: "The content policy allows no style attribute." },
      ],
      "svelte/button-has-type": "error",
    },
  },
  { files: ["app/**/*.js"], languageOptions: { globals: globals.serviceworker } },
  {
    files: ["src/*.ts", "src/rtc/**/*.ts", "src/room/**/*.ts"],
    ignores: ["src/main.ts", "src/**/*.test.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: [viewLibrary] }] },
  },
  {
    files: ["src/room/**/*.ts"],
    ignores: ["src/**/*.test.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [viewLibrary, { regex: "^\\.\\./(?!protocol$)", message: "room/ imports only protocol.ts." }] },
      ],
      "no-restricted-globals": ["error", "window", "document", "navigator", "setTimeout", "setInterval", "performance"],
    },
  },
  {
    files: ["scripts/**", "checks/**", "*.config.*", "src/**/*.test.ts"],
    languageOptions: { globals: globals.node },
    rules: { "no-console": "off" },
  },
);
