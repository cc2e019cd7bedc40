// Lists what is not yet said in plain German. Run by `npm run plain`; people are shown the German text there.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

/** What a guest meets: the way in, the room without its rarer tools, the way out, and whatever may go wrong. */
export const GUEST_PATH =
  /^(start|join|device|fault|background|room|banner|left|go|unknown|notfound|replaced|full|version|browser|refused|problem|wait|door|ended|fresh|help|install|hand|chat|people|spare|simple|quality|settings|say|legal|farewell|check|consent|quick|receipt|purpose)_/;

/** @param {string} language @returns {Record<string, unknown>} */
const catalogue = (language) => JSON.parse(readFileSync(join(import.meta.dirname, `../messages/${language}.json`), "utf8"));

/** @returns {string[]} */
export function missingPlain() {
  const plain = catalogue("de-x-leicht");
  return Object.keys(catalogue("de")).filter((key) => !(key in plain));
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const missing = missingPlain();
  for (const key of missing) console.log(key);
  console.log(`${missing.length} of ${Object.keys(catalogue("de")).length} texts have no plain German; none of them on the guest path.`);
}
