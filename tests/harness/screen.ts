// A screen that nobody sees. Firefox offers WebGL only where there is one, and what hides a background asks for it.

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";

const EXECUTABLE = "/usr/bin/Xvfb";

export class UnseenScreen {
  private constructor(
    readonly name: string,
    readonly process: ChildProcess,
  ) {}

  static async start(): Promise<UnseenScreen> {
    if (!existsSync(EXECUTABLE)) throw new Error(`no Xvfb at ${EXECUTABLE}; \`make needs-test\` installs it`);
    // It looks for a free number and tells it.
    const screen = spawn(EXECUTABLE, ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
    const number = await new Promise<string>((resolve, reject) => {
      screen.once("error", reject);
      screen.once("exit", (code) => reject(new Error(`Xvfb ended with ${code}`)));
      screen.stdio[3]?.once("data", (told: Buffer) => resolve(told.toString().trim()));
    });
    return new UnseenScreen(`:${number}`, screen);
  }

  close(): void {
    this.process.kill();
  }
}
