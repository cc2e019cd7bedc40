// Runs vitest inside a network namespace of its own.
//
// Firefox sends no media to 127.0.0.1, so it needs an interface that is not loopback; a veth pair is one. The
// namespace has no name: it ends with the last process in it, so nothing is left behind, not even after a crash. It
// has no way out either, so a request to a foreign host cannot succeed unseen.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const vitest = fileURLToPath(new URL("./node_modules/vitest/vitest.mjs", import.meta.url));
const here = fileURLToPath(new URL(".", import.meta.url));

const prepare = [
  "set -e",
  "ip link set lo up",
  "ip link add home0 type veth peer name home1",
  "ip addr add 10.77.0.1/30 dev home0",
  "ip addr add 10.77.0.2/30 dev home1",
  "ip link set home0 up",
  "ip link set home1 up",
  // Firefox asks the routing table which of its addresses to offer; without a default route it offers none.
  "ip route add default via 10.77.0.2",
].join("\n");

const asRoot = process.getuid?.() === 0;
const unshare = asRoot ? ["--net"] : ["--user", "--map-root-user", "--net"];

function namespaceWorks() {
  return spawnSync("unshare", [...unshare, "--", "sh", "-c", prepare], { stdio: "ignore" }).status === 0;
}

const args = ["run", ...process.argv.slice(2)];
let run;
if (process.platform === "linux" && namespaceWorks()) {
  run = spawnSync(
    "unshare",
    [...unshare, "--", "sh", "-c", `${prepare}\nexec "$@"`, "sh", process.execPath, vitest, ...args],
    { stdio: "inherit", cwd: here, env: { ...process.env, INCAMERA_NAMESPACE: "10.77.0.1" } },
  );
} else {
  run = spawnSync(process.execPath, [vitest, ...args], { stdio: "inherit", cwd: here });
}
process.exit(run.status ?? 1);
