// One Chromium process with one page. One process per sender, because two pages of one Chromium share its fake camera.

import { existsSync } from "node:fs";
import { chromium as playwright, type Browser, type BrowserContext, type ConsoleMessage, type Page } from "playwright-core";
import { installProbe } from "./probe.ts";
import { withDescendants } from "./processes.ts";
import type { Role, Tab } from "./tab.ts";
import type { Watcher } from "./watcher.ts";

export interface ChromiumOptions {
  /** What the fake devices play; absent for a machine without any device. */
  media?: { video: string; audio: string };
  /** What happens when the page asks for a device. */
  permission?: "granted" | "denied";
  /** Sound waits for a press, as for people who come to a page for the first time. */
  quiet?: boolean;
  locale?: string;
  size?: { width: number; height: number };
  touch?: boolean;
  scheme?: "light" | "dark";
  scale?: number;
}

const EXECUTABLE = process.env["CHROMIUM_BIN"] ?? "/usr/bin/chromium";

export class ChromiumTab implements Tab {
  readonly browser = "chromium";

  private constructor(
    readonly engine: Browser,
    readonly context: BrowserContext,
    readonly page: Page,
    readonly pid: number,
  ) {}

  static async start(watcher: Watcher, options: ChromiumOptions): Promise<ChromiumTab> {
    if (!existsSync(EXECUTABLE)) throw new Error(`no Chromium at ${EXECUTABLE}; install it or set CHROMIUM_BIN`);
    const args = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-sync", "--no-first-run"];
    if (options.quiet) args.push("--autoplay-policy=document-user-activation-required");
    if (options.media) {
      args.push(
        "--use-fake-device-for-media-stream",
        `--use-file-for-fake-video-capture=${options.media.video}`,
        `--use-file-for-fake-audio-capture=${options.media.audio}`,
      );
    }
    const permission = options.permission ?? "granted";
    if (permission === "granted") args.push("--use-fake-ui-for-media-stream");
    const engine = await playwright.launch({ executablePath: EXECUTABLE, args, headless: true });
    const browserSession = await engine.newBrowserCDPSession();
    const { processInfo } = await browserSession.send("SystemInfo.getProcessInfo");
    const pid = processInfo.find((one) => one.type === "browser")?.id;
    if (pid === undefined) throw new Error("Chromium does not tell its process id");
    const { width, height } = options.size ?? { width: 800, height: 600 };
    const context = await engine.newContext({
      locale: options.locale ?? "de-DE",
      viewport: { width, height },
      colorScheme: options.scheme ?? "light",
      hasTouch: options.touch ?? false,
      isMobile: options.touch ?? false,
      deviceScaleFactor: options.scale ?? 1,
    });
    await context.addInitScript(installProbe);
    context.on("request", (request) => watcher.sawRequest(request.url()));
    context.on("console", (message: ConsoleMessage) => watcher.sawConsole(message.type(), message.text()));
    context.on("weberror", (error) => watcher.sawPageError(String(error.error())));
    const page = await context.newPage();
    // Playwright tells of a socket only once it is through; an attempt counts as well.
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    session.on("Network.webSocketCreated", ({ url }) => watcher.sawRequest(url.replace(/^ws/, "http")));
    if (permission === "denied") {
      for (const name of ["camera", "microphone"]) {
        await browserSession.send("Browser.setPermission", { permission: { name }, setting: "denied" });
      }
    }
    return new ChromiumTab(engine, context, page, pid);
  }

  /** Another page of the same browser; it shares the fake devices. */
  async another(): Promise<ChromiumTab> {
    return new ChromiumTab(this.engine, this.context, await this.context.newPage(), this.pid);
  }

  async open(url: string): Promise<void> {
    // The same address with another fragment would only scroll; a person opens the link in a new tab.
    if (this.page.url().split("#")[0] === url.split("#")[0]) await this.page.goto("about:blank");
    await this.page.goto(url);
  }

  async reload(): Promise<void> {
    await this.page.reload();
  }

  async press(role: Role, name: string): Promise<void> {
    await this.page.getByRole(role, { name, exact: true }).click({ timeout: 15_000 });
  }

  async fill(label: string, text: string): Promise<void> {
    await this.page.getByRole("textbox", { name: label, exact: true }).fill(text, { timeout: 15_000 });
  }

  async pressed(name: string): Promise<boolean | null> {
    const button = this.page.getByRole("button", { name, exact: true });
    if ((await button.count()) === 0) return null;
    return (await button.getAttribute("aria-pressed")) === "true";
  }

  async has(role: Role, name: string): Promise<boolean> {
    return (await this.page.getByRole(role, { name, exact: true }).count()) > 0;
  }

  async evaluate<Result, Argument>(look: (argument: Argument) => Result | Promise<Result>, argument: Argument): Promise<Result> {
    return (await this.page.evaluate(look as never, argument as never)) as Result;
  }

  address(): Promise<string> {
    return Promise.resolve(this.page.url());
  }

  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path });
  }

  async closeTab(): Promise<void> {
    await this.page.close({ runBeforeUnload: true });
  }

  kill(): void {
    // All its processes at one stroke: the one that holds the sockets would say good-bye for the others.
    for (const pid of withDescendants(this.pid)) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself meanwhile.
      }
    }
  }

  async close(): Promise<void> {
    await this.engine.close().catch(() => undefined);
  }
}
