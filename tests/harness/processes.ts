// Which process is which, read from /proc: a browser is many processes, and any of them may hold its sockets.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A process and all that descend from it. */
export function withDescendants(root: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      // The name in brackets may hold anything, brackets included; the parent is the second field after it.
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // Ended between listing and reading.
    }
  }
  const family = [root];
  for (const member of family) for (const [pid, parent] of parents) if (parent === member) family.push(pid);
  return family;
}

/** The inodes of the IPv4 UDP sockets that are bound to a port. */
function socketsOn(port: number): Set<string> {
  const inodes = new Set<string>();
  for (const line of readFileSync("/proc/net/udp", "utf8").split("\n").slice(1)) {
    const fields = line.trim().split(/\s+/);
    const bound = Number.parseInt(fields[1]?.split(":")[1] ?? "", 16);
    if (bound === port && fields[9]) inodes.add(`socket:[${fields[9]}]`);
  }
  return inodes;
}

/** The one of `roots` whose family holds the UDP socket on `port`. */
export function ownerOfUdpPort(port: number, roots: readonly number[]): number | null {
  const sockets = socketsOn(port);
  for (const root of roots) {
    for (const pid of withDescendants(root)) {
      try {
        for (const fd of readdirSync(`/proc/${pid}/fd`)) {
          if (sockets.has(readlinkSync(`/proc/${pid}/fd/${fd}`))) return root;
        }
      } catch {
        // Ended, or closed, between listing and reading.
      }
    }
  }
  return null;
}
