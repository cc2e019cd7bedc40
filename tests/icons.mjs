// Draws the icons of the app from its mark: `npm run icons`. Their files are kept, as they hardly ever change.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const web = join(import.meta.dirname, "../web");
const mark = readFileSync(join(web, "src/ui/mark.svg"), "utf8");
/** Without its rounded corners, and smaller within: systems cut such an icon to a shape of their own. */
const whole = mark.replace('viewBox="0 0 32 32"', 'viewBox="-4 -4 40 40"').replace(/<rect[^>]*>/, '<rect x="-4" y="-4" width="40" height="40" fill="#00695f"/>');

const ICONS = [
  { file: "icon-192.png", size: 192, drawing: mark },
  { file: "icon-512.png", size: 512, drawing: mark },
  { file: "icon-maskable-512.png", size: 512, drawing: whole },
  { file: "apple-touch-icon.png", size: 180, drawing: whole },
];

const browser = await chromium.launch({ executablePath: process.env["CHROMIUM_BIN"] ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const { file, size, drawing } of ICONS) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${drawing}`);
  writeFileSync(join(web, "public", file), await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
