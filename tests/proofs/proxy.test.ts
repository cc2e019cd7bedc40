// The proxy on real sockets, before an echo that stands in for the program.

import { createSocket, type Socket } from "node:dgram";
import { createServer, connect, type AddressInfo, type Server } from "node:net";
import { spawn } from "node:child_process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually, sleep } from "../harness/eventually.ts";
import { note } from "../harness/figures.ts";
import { Proxy } from "../harness/proxy.ts";

let echo: Socket;
let http: Server;
let proxy: Proxy;
/** The source ports that the echo has seen, in order. */
let sources: number[];
const open: { close(): void }[] = [];

beforeEach(async () => {
  sources = [];
  echo = await bound("127.0.0.2");
  echo.on("message", (datagram, source) => {
    if (sources.at(-1) !== source.port) sources.push(source.port);
    echo.send(datagram, source.port, source.address);
  });
  http = createServer((socket) => socket.on("error", () => undefined).pipe(socket));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const target = { address: "127.0.0.2", port: echo.address().port, http: (http.address() as AddressInfo).port };
  proxy = await Proxy.before(target, "127.0.0.1", 1);
});

afterEach(() => {
  for (const one of open.splice(0)) one.close();
  proxy.close();
  echo.close();
  http.close();
});

async function bound(address: string): Promise<Socket> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  return socket;
}

/** A client that numbers what it sends and remembers what came back. */
async function client(): Promise<{ send(from: number, to: number, bytes?: number): void; back: { nth: number; at: number }[]; socket: Socket }> {
  const socket = await bound("127.0.0.1");
  open.push(socket);
  const back: { nth: number; at: number }[] = [];
  socket.on("message", (datagram) => back.push({ nth: datagram.readUInt32BE(0), at: performance.now() }));
  return {
    back,
    socket,
    send(from, to, bytes = 100) {
      for (let nth = from; nth < to; nth += 1) {
        const datagram = Buffer.alloc(bytes);
        datagram.writeUInt32BE(nth, 0);
        socket.send(datagram, proxy.target.port, "127.0.0.1");
      }
    },
  };
}

async function paced(one: Awaited<ReturnType<typeof client>>, count: number, everyMs: number, bytes = 100): Promise<void> {
  for (let nth = 0; nth < count; nth += 1) {
    one.send(nth, nth + 1, bytes);
    await sleep(everyMs);
  }
}

describe("datagrams", () => {
  // Seen to fail: with a lane that takes its chance from `Math.random`.
  test("the ones that chance picked are lost, and all others come back to their sender", async () => {
    const leg = await proxy.leg();
    const [one, two] = [await client(), await client()];
    two.send(0, 20);
    await eventually("all of two's are back", () => (two.back.length === 20 ? true : `${two.back.length}`), { within: 3_000 });
    expect(one.back).toEqual([]);
    leg.up.become({ loss: 0.2 });
    await paced(one, 200, 1);
    await sleep(100);
    const missing = Array.from({ length: 200 }, (_, nth) => nth).filter((nth) => !one.back.some((each) => each.nth === nth));
    note("of 200 datagrams with 20 % loss", `${missing.length} lost, the first ${missing.slice(0, 6).join(" ")}`);
    expect(missing.length).toBe(leg.up.counts.lost);
    // What this seed gives since it was first written down; a change of the generator shows here.
    expect(missing.slice(0, 6)).toEqual([3, 10, 22, 25, 27, 32]);
  });

  // Seen to fail: with a link that accepts everything.
  test("a limited link holds its rate within 5 %", async () => {
    const leg = await proxy.leg();
    leg.down.become({ rateBps: 400_000 });
    const one = await client();
    // Twice what fits, for two seconds.
    await paced(one, 200, 9, 1_000);
    await sleep(400);
    const first = one.back[0]?.at ?? 0;
    const last = one.back.at(-1)?.at ?? 0;
    const bps = ((one.back.length - 1) * 1_028 * 8_000) / (last - first);
    note("through a link of 400 kbit/s", `${Math.round(bps / 1_000)} kbit/s`);
    expect(bps).toBeGreaterThan(380_000);
    expect(bps).toBeLessThan(420_000);
    expect(leg.down.counts.overflowed).toBeGreaterThan(50);
  });

  // Seen to fail: with a proxy that forgets the delay of one direction.
  test("delay counts both ways", async () => {
    const leg = await proxy.leg();
    leg.become({ delayMs: 60 });
    const one = await client();
    const sent = performance.now();
    one.send(0, 1);
    await eventually("it is back", () => (one.back.length === 1 ? true : "not yet"), { within: 3_000, every: 5 });
    const took = (one.back[0]?.at ?? 0) - sent;
    note("there and back over 60 ms each", `${Math.round(took)} ms`);
    expect(took).toBeGreaterThanOrEqual(120);
    expect(took).toBeLessThan(360);
  });

  // Seen to fail: with a rebind that keeps the socket.
  test("after a rebind the program sees another port, and answers to it arrive", async () => {
    const leg = await proxy.leg();
    const one = await client();
    one.send(0, 1);
    await eventually("the first is back", () => (one.back.length === 1 ? true : "not yet"));
    const before = sources[0];
    leg.rebind();
    // What the program still sends to the old port goes nowhere.
    echo.send(Buffer.alloc(100), before ?? 0, "127.0.0.1");
    one.send(1, 2);
    await eventually("the second is back", () => (one.back.length === 2 ? true : "not yet"));
    expect(sources.length).toBe(2);
    expect(sources[1]).not.toBe(before);
    expect(one.back.map(({ nth }) => nth)).toEqual([0, 1]);
  });

  // Seen to fail: with every source given to the first leg.
  test("each person has a way of their own, told by the process that holds the socket", async () => {
    const other = spawn(process.execPath, ["-e", `
      const socket = require("node:dgram").createSocket("udp4");
      socket.on("message", () => process.stdout.write("back\\n"));
      setInterval(() => socket.send("hello", ${proxy.target.port}, "127.0.0.1"), 20);`]);
    open.push({ close: () => other.kill() });
    let back = 0;
    other.stdout.on("data", () => (back += 1));
    const [theirs, rest] = [await proxy.leg(other.pid ?? 0), await proxy.leg()];
    const one = await client();
    one.send(0, 10);
    await eventually("both are back", () => (back > 2 && one.back.length === 10 ? true : `${back} ${one.back.length}`));
    expect(rest.up.counts.offered).toBe(10);
    theirs.blackOut(true);
    await sleep(100);
    back = 0;
    one.send(10, 20);
    await eventually("ours are back", () => (one.back.length === 20 ? true : `${one.back.length}`));
    expect(back).toBe(0);
    theirs.blackOut(false);
    await eventually("theirs are back", () => (back > 2 ? true : "nothing"));
  });
});

describe("connections", () => {
  // Seen to fail: with a relay that passes bytes on in the dark.
  test("nothing passes in the dark, nothing breaks, and afterwards all of it comes in order", async () => {
    const leg = await proxy.leg();
    const socket = connect(Number(new URL(leg.http.origin).port), "127.0.0.1");
    open.push({ close: () => socket.destroy() });
    let back = "";
    socket.on("data", (bytes) => (back += bytes.toString()));
    socket.write("one ");
    await eventually("the echo", () => (back === "one " ? true : back), { within: 3_000 });
    leg.blackOut(true);
    socket.write("two ");
    await sleep(500);
    socket.write("three ");
    await sleep(200);
    expect(back).toBe("one ");
    const ended = performance.now();
    leg.blackOut(false);
    await eventually("the rest", () => (back === "one two three " ? true : back), { within: 3_000, every: 5 });
    // Sent again after 0.2 and 0.6 s in the dark; 1.4 s after it was first sent.
    const waited = performance.now() - ended;
    note("until TCP goes on after 0.7 s of darkness", `${Math.round(waited)} ms`);
    expect(waited).toBeGreaterThan(500);
    expect(socket.destroyed).toBe(false);
  });

  // Seen to fail: with a relay without delay.
  test("delay counts both ways, and a cut breaks", async () => {
    const leg = await proxy.leg();
    leg.become({ delayMs: 80 });
    const socket = connect(Number(new URL(leg.http.origin).port), "127.0.0.1");
    let closed = false;
    socket.on("error", () => undefined);
    socket.on("close", () => (closed = true));
    const sent = performance.now();
    await new Promise((resolve) => {
      socket.on("data", resolve);
      socket.write("hello");
    });
    expect(performance.now() - sent).toBeGreaterThanOrEqual(155);
    leg.http.cut();
    await eventually("it is broken", () => (closed ? true : "open"), { within: 3_000 });
  });
});
