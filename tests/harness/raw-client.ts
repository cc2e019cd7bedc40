// A participant without a browser, who says on the signalling socket whatever a test wants.

import WebSocket from "ws";
import type { Server } from "./server.ts";

/** What opens the door of a meeting. */
export interface DoorKeys {
  meeting: string;
  proof?: string;
}

/** Agrees to what is asked for at the door, and asks to be let in; `from` is an address that a trusted proxy names. */
export async function entryFor(server: Server, keys: DoorKeys, from?: string): Promise<Response> {
  const ask = (path: string, body: object) =>
    fetch(`${server.origin}/api/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-incamera": "1", ...forwarded(from) },
      body: JSON.stringify(body),
    });
  const shown = await ask("notices", { door: keys, language: "de" });
  if (!shown.ok) return shown;
  const { hash } = (await shown.json()) as { hash: string };
  const agreed = await ask("consents", { door: keys, notice: hash, name: "", purposes: { meeting: true } });
  if (!agreed.ok) return agreed;
  const { token } = (await agreed.json()) as { token: string };
  return ask("entries", { ...keys, consent: token });
}

export async function grantFor(server: Server, meeting: string, from?: string): Promise<{ grant: string; signal: string }> {
  const answer = await entryFor(server, { meeting }, from);
  // A crowd from one address is slowed down like any other.
  if (answer.status === 429) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return grantFor(server, meeting, from);
  }
  if (!answer.ok) throw new Error(`no entry: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { grant: string; signal: string };
}

function forwarded(from: string | undefined): Record<string, string> {
  return from === undefined ? {} : { "x-forwarded-for": from };
}

export class RawClient {
  readonly said: string[] = [];
  closed: { code: number; reason: string } | null = null;

  private constructor(readonly socket: WebSocket) {
    socket.on("message", (data) => this.said.push((data as Buffer).toString()));
    socket.on("close", (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    socket.on("error", () => undefined);
  }

  /** A socket on which nothing has been said yet. */
  static async connect(server: Server, signal: string, from?: string): Promise<RawClient> {
    const url = new URL(signal, server.origin);
    url.protocol = url.protocol.replace("http", "ws");
    const client = new RawClient(new WebSocket(url, { origin: server.origin, maxPayload: 1 << 24, headers: forwarded(from) }));
    await new Promise<void>((resolve, reject) => {
      client.socket.once("open", resolve);
      client.socket.once("error", reject);
    });
    return client;
  }

  /** A socket of someone who has entered the meeting. */
  static async enter(server: Server, meeting: string, name: string): Promise<RawClient> {
    const { grant, signal } = await grantFor(server, meeting);
    const client = await RawClient.connect(server, signal);
    client.say({ type: "enter", version: 1, grant, name });
    await client.hears(/"type":"entered"/);
    return client;
  }

  say(frame: unknown): void {
    this.socket.send(typeof frame === "string" || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  /** Waits for a frame like this; what was said before counts too. */
  async hears(like: RegExp, within = 5_000): Promise<string> {
    const until = performance.now() + within;
    for (;;) {
      const found = this.said.find((frame) => like.test(frame));
      if (found !== undefined) return found;
      if (this.closed) throw new Error(`the socket was closed with ${this.closed.code} ${this.closed.reason}; said: ${this.said.slice(-3).join(" ")}`);
      if (performance.now() > until) throw new Error(`no frame like ${like}; last: ${this.said.slice(-3).join(" ")}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Waits until the server has said something, closed the socket, or stayed silent for a moment. */
  async answered(within = 300): Promise<void> {
    const until = performance.now() + within;
    while (performance.now() < until && this.said.length === 0 && !this.closed) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  close(): void {
    this.socket.terminate();
  }
}
