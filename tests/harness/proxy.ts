// A bad network in user space: a UDP proxy in front of the program's media port, and for each person a TCP relay in
// front of its HTTP port. This kernel cannot delay or lose packets itself, and what is seeded here can be had again.
//
// The program announces the proxy's address and no other, so browsers know no way around it. A source address is told
// from others as a home router does it, with a socket of its own towards the program; whose it is, the system says:
// each person's browser is a process.

import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { Departures } from "./departures.ts";
import { Lane, type Conditions } from "./impairment.ts";
import { ownerOfUdpPort } from "./processes.ts";
import { Scissors } from "./scissors.ts";

const SOCKET_BYTES = 4 * 1024 * 1024;

/** Browsers open a few sockets each; more than this is a fault of the test. */
const MOST_ASSOCIATIONS = 256;

export interface Target {
  /** Where the program listens for media. */
  address: string;
  /** The same port in front of it and behind it: the program announces its own. */
  port: number;
  http: number;
}

/** What one source address is to the program: another socket. */
interface Association {
  source: RemoteInfo;
  leg: Leg;
  upstream: Socket;
}

interface Journeying {
  association: Association;
  datagram: Buffer;
}

/** One person's way to the program and back. */
export class Leg {
  readonly up: Lane;
  readonly down: Lane;
  readonly #upward: Departures<Journeying>;
  readonly #downward: Departures<Journeying>;

  constructor(
    readonly proxy: Proxy,
    readonly http: Scissors,
    seed: number,
    readonly pid: number | null,
  ) {
    this.up = new Lane(seed * 2);
    this.down = new Lane(seed * 2 + 1);
    this.#upward = new Departures(({ association, datagram }) => proxy.sendUp(association, datagram));
    this.#downward = new Departures(({ association, datagram }) => proxy.sendDown(association, datagram));
  }

  /** The same for both directions; what is not named is perfect. */
  become(conditions: Partial<Conditions>): void {
    this.up.become(conditions);
    this.down.become(conditions);
    this.http.delayMs = conditions.delayMs ?? 0;
  }

  /** Nothing passes, neither media nor signalling, until it is said otherwise. */
  blackOut(dark: boolean): void {
    this.up.become({ ...this.up.conditions, blackhole: dark });
    this.down.become({ ...this.down.conditions, blackhole: dark });
    this.http.blackOut(dark);
  }

  /** The program sees this person at other ports from now on, and what it sends to the old ones is lost. */
  rebind(): void {
    this.proxy.rebind(this);
  }

  /** The link, through here. */
  through(link: string): string {
    return this.http.through(link);
  }

  carryUp(association: Association, datagram: Buffer): void {
    const now = performance.now();
    for (const due of this.up.carry(now, datagram.length)) this.#upward.add(due, { association, datagram });
  }

  carryDown(association: Association, datagram: Buffer): void {
    const now = performance.now();
    for (const due of this.down.carry(now, datagram.length)) this.#downward.add(due, { association, datagram });
  }

  close(): void {
    this.#upward.clear();
    this.#downward.clear();
    this.http.close();
  }
}

export class Proxy {
  readonly #associations = new Map<string, Association>();
  readonly #legs: Leg[] = [];
  /** Set once the proxy is closed: what still comes in is nobody's. */
  #closed = false;

  private constructor(
    readonly target: Target,
    readonly seed: number,
    readonly listener: Socket,
  ) {}

  /** Listens at `address`, on the same port as the program behind it. */
  static async before(target: Target, address: string, seed: number): Promise<Proxy> {
    const listener = newSocket();
    await new Promise<void>((resolve, reject) => {
      listener.once("error", reject);
      listener.bind(target.port, address, resolve);
    });
    const proxy = new Proxy(target, seed, listener);
    listener.on("error", () => undefined);
    listener.on("message", (datagram, source) => proxy.#fromClient(datagram, source));
    return proxy;
  }

  /** The way of the person whose browser is this process; without one, the way of everybody who has none. */
  async leg(pid: number | null = null): Promise<Leg> {
    const leg = new Leg(this, await Scissors.before(this.target.http), this.seed * 1_000 + this.#legs.length, pid);
    this.#legs.push(leg);
    return leg;
  }

  /** How many source addresses there are at present. */
  get associations(): number {
    return this.#associations.size;
  }

  #fromClient(datagram: Buffer, source: RemoteInfo): void {
    const key = `${source.address}:${source.port}`;
    const association = this.#associations.get(key) ?? this.#associate(key, source);
    association?.leg.carryUp(association, datagram);
  }

  #associate(key: string, source: RemoteInfo): Association | null {
    const leg = this.#legOf(source.port);
    if (!leg || this.#associations.size >= MOST_ASSOCIATIONS) return null;
    const association: Association = { source, leg, upstream: newSocket() };
    this.#listen(association);
    this.#associations.set(key, association);
    return association;
  }

  #legOf(port: number): Leg | undefined {
    const pids = this.#legs.map((leg) => leg.pid).filter((pid) => pid !== null);
    const owner = pids.length > 0 ? ownerOfUdpPort(port, pids) : null;
    return this.#legs.find((leg) => leg.pid === owner);
  }

  #listen(association: Association): void {
    association.upstream.on("error", () => undefined);
    association.upstream.on("message", (datagram) => association.leg.carryDown(association, datagram));
  }

  rebind(leg: Leg): void {
    for (const association of this.#associations.values()) {
      if (association.leg !== leg) continue;
      association.upstream.close();
      association.upstream = newSocket();
      this.#listen(association);
    }
  }

  sendUp({ upstream }: Association, datagram: Buffer): void {
    if (!this.#closed) upstream.send(datagram, this.target.port, this.target.address);
  }

  sendDown({ source }: Association, datagram: Buffer): void {
    if (!this.#closed) this.listener.send(datagram, source.port, source.address);
  }

  close(): void {
    this.#closed = true;
    for (const leg of this.#legs) leg.close();
    for (const { upstream } of this.#associations.values()) upstream.close();
    this.#associations.clear();
    this.listener.close();
  }
}

function newSocket(): Socket {
  return createSocket({ type: "udp4", recvBufferSize: SOCKET_BYTES, sendBufferSize: SOCKET_BYTES });
}
