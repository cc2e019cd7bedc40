// The program under test: started in a new data folder, stopped politely, its log kept and read at the end.

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const target = process.env["CARGO_TARGET_DIR"] ?? fileURLToPath(new URL("../../target", import.meta.url));
const BINARY = process.env["INCAMERA_BIN"] ?? join(target, "release", "incamera");

export interface Ports {
  http: number;
  media: number;
  metrics: number;
}

/** Where the program listens for media, and where it says that it does. */
export interface MediaAddresses {
  listen: string;
  announce: string;
}

/** Asks the system for a free port and gives it back at once; the server takes it a moment later. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

export class Server {
  #process: ChildProcess | null = null;
  #log = "";
  readonly #dataDir = mkdtempSync(join(tmpdir(), "incamera-journey-"));
  origin = "";
  metrics = "";

  private constructor(
    readonly ports: Ports,
    readonly media: MediaAddresses | null,
    /** Whether anyone may open a meeting, as most journeys do. */
    readonly openRooms: boolean,
    /** Further arguments. */
    readonly more: readonly string[],
  ) {}

  /** Without `media` it listens everywhere and announces the addresses of the interfaces. */
  static async start(media: MediaAddresses | null = null, { openRooms = true, more = [] }: { openRooms?: boolean; more?: readonly string[] } = {}): Promise<Server> {
    if (!existsSync(BINARY)) {
      throw new Error(`There is no program to test at ${BINARY}. Build it first ("make build"), or say where it is with INCAMERA_BIN.`);
    }
    // Ports are chosen here and not by the server, so that it can come back on the same ones after a restart.
    const server = new Server({ http: await freePort(), media: await freePort(), metrics: await freePort() }, media, openRooms, more);
    await server.launch();
    return server;
  }

  async launch(): Promise<void> {
    const { http, media, metrics } = this.ports;
    const child = spawn(BINARY, [
      "serve",
      "--data-dir", this.#dataDir,
      `--open-rooms=${this.openRooms}`,
      "--listen", `127.0.0.1:${http}`,
      "--media-listen", `${this.media?.listen ?? "0.0.0.0"}:${media}`,
      ...(this.media ? ["--media-announce", this.media.announce] : []),
      "--metrics-listen", `127.0.0.1:${metrics}`,
      ...this.more,
    ], { stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    const from = this.#log.length;
    const keep = (chunk: Buffer): void => {
      this.#log += chunk.toString();
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the server did not say where to open it:\n${this.#log.slice(from)}`)), 15_000);
      const look = (): void => {
        const said = this.#log.slice(from);
        const open = /Open (https?:\/\/\S+)/.exec(said);
        const metricsAt = /Metrics on (http:\/\/\S+)/.exec(said);
        if (!open?.[1] || !metricsAt?.[1] || !/Media on UDP port (\d+)/.test(said)) return;
        // Firefox is opened on `localhost`, and everyone else with it: one origin, and a secure one.
        this.origin = `http://localhost:${http}`;
        this.metrics = metricsAt[1];
        clearTimeout(timer);
        resolve();
      };
      child.stdout?.on("data", look);
      child.stderr?.on("data", look);
      child.once("exit", (code, signal) => {
        clearTimeout(timer);
        reject(new Error(`the server ended with ${code ?? signal}:\n${this.#log.slice(from)}`));
      });
    });
  }

  /** The link with which the first account is made. */
  get firstInvitation(): string {
    const secret = /\/host#i=([0-9a-z]{32})/.exec(this.#log)?.[1];
    if (secret === undefined) throw new Error("nobody was invited");
    return `${this.origin}/host#i=${secret}`;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get log(): string {
    return this.#log;
  }

  running(): boolean {
    return this.#process !== null && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Ends it and waits; gives the exit code, or null after a signal that it could not answer. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<number | null> {
    const child = this.#process;
    if (!child || !this.running()) return child?.exitCode ?? null;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill(signal);
    const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
    await ended;
    clearTimeout(late);
    return child.exitCode;
  }

  /** Resident memory in bytes. */
  memory(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  }

  async newMeeting(): Promise<{ meeting: string; link: string }> {
    const answer = await fetch(`${this.origin}/api/meetings`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-incamera": "1" },
      body: "{}",
    });
    if (!answer.ok) throw new Error(`no new meeting: ${answer.status} ${await answer.text()}`);
    const { meeting } = (await answer.json()) as { meeting: string };
    const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64url");
    return { meeting, link: `${this.origin}/m/${meeting}#k=${secret}` };
  }

  forget(): void {
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}
