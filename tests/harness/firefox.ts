// One Firefox process with one page, driven over WebDriver BiDi.

import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import puppeteer, { type Browser, type ElementHandle, type Page } from "puppeteer-core";
import type { Looks } from "./looks.ts";
import { installProbe } from "./probe.ts";
import { UnseenScreen } from "./screen.ts";
import { installStandIn } from "./stand-in.ts";
import type { Role, Tab } from "./tab.ts";
import type { Watcher } from "./watcher.ts";

const EXECUTABLE = process.env["FIREFOX_BIN"] ?? "/usr/bin/firefox-esr";

const PREFERENCES = {
  "intl.accept_languages": "de-DE, de",
  "intl.locale.requested": "de",
  "media.navigator.permission.disabled": true,
  "media.navigator.streams.fake": true,
  // The addresses of the namespace are no secret, and the other side cannot resolve their disguise.
  "media.peerconnection.ice.obfuscate_host_addresses": false,
  "media.peerconnection.ice.loopback": true,
  "media.autoplay.default": 0,
  "media.autoplay.block-webaudio": false,
  "media.autoplay.blocking_policy": 0,
  // Nothing that Firefox would like to fetch for itself.
  "app.update.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "media.gmp-manager.updateEnabled": false,
  "media.gmp-provider.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
};

export class FirefoxTab implements Tab {
  readonly browser = "firefox";

  private constructor(
    readonly engine: Browser,
    readonly page: Page,
    private readonly screen: UnseenScreen | undefined,
  ) {}

  get pid(): number {
    const pid = this.engine.process()?.pid;
    if (pid === undefined) throw new Error("Firefox does not tell its process id");
    return pid;
  }

  static async start(watcher: Watcher, looks: Looks | null, portrait = ""): Promise<FirefoxTab> {
    if (!existsSync(EXECUTABLE)) throw new Error(`no Firefox at ${EXECUTABLE}; install it or set FIREFOX_BIN`);
    // Whoever shows a portrait wants it worked on, which takes WebGL.
    const screen = portrait === "" ? undefined : await UnseenScreen.start();
    const engine = await puppeteer.launch({
      browser: "firefox",
      executablePath: EXECUTABLE,
      headless: true,
      extraPrefsFirefox: { ...PREFERENCES, ...(looks ? { "media.navigator.audio.fake_frequency": looks.tone } : {}), ...(screen ? { "webgl.force-enabled": true } : {}) },
      env: { ...process.env, LANG: "de_DE.UTF-8", ...(screen ? { DISPLAY: screen.name } : {}) },
    });
    const page = (await engine.pages())[0] ?? (await engine.newPage());
    await page.setViewport({ width: 800, height: 600 });
    await page.evaluateOnNewDocument(installProbe);
    if (looks) await page.evaluateOnNewDocument(installStandIn, looks.colour, portrait);
    page.on("request", (request) => watcher.sawRequest(request.url().replace(/^ws/, "http")));
    page.on("console", (message) => watcher.sawConsole(message.type(), message.text()));
    page.on("pageerror", (error) => watcher.sawPageError(String(error)));
    return new FirefoxTab(engine, page, screen);
  }

  async open(url: string): Promise<void> {
    // The same address with another fragment would only scroll; a person opens the link in a new tab.
    if (this.page.url().split("#")[0] === url.split("#")[0]) await this.page.goto("about:blank");
    await this.page.goto(url);
  }

  async reload(): Promise<void> {
    await this.page.reload();
  }

  async #find(role: string, name: string): Promise<ElementHandle | null> {
    return this.page.$(`::-p-aria([role="${role}"][name="${name}"])`);
  }

  async #wait(role: string, name: string): Promise<ElementHandle> {
    const until = performance.now() + 15_000;
    while (performance.now() < until) {
      const found = await this.#find(role, name);
      if (found) return found;
      await sleep(100);
    }
    throw new Error(`Firefox: no ${role} "${name}" within 15 s`);
  }

  async press(role: Role, name: string): Promise<void> {
    const control = await this.#wait(role, name);
    await control.click();
  }

  async fill(label: string, text: string): Promise<void> {
    const field = await this.#wait("textbox", label);
    await field.click({ count: 3 });
    await this.page.keyboard.type(text);
  }

  async pressed(name: string): Promise<boolean | null> {
    const button = await this.#find("button", name);
    return button ? button.evaluate((element) => element.getAttribute("aria-pressed") === "true") : null;
  }

  async has(role: Role, name: string): Promise<boolean> {
    return (await this.#find(role, name)) !== null;
  }

  async evaluate<Result, Argument>(look: (argument: Argument) => Result | Promise<Result>, argument: Argument): Promise<Result> {
    return (await this.page.evaluate(look as (argument: unknown) => unknown, argument)) as Result;
  }

  address(): Promise<string> {
    return Promise.resolve(this.page.url());
  }

  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path: path as `${string}.png` });
  }

  async closeTab(): Promise<void> {
    await this.page.close();
  }

  kill(): void {
    this.engine.process()?.kill("SIGKILL");
  }

  async close(): Promise<void> {
    await this.engine.close().catch(() => undefined);
    this.screen?.close();
  }
}
