import { describe, expect, it } from "vitest";

import { bytesOf, textOf } from "./bytes";
import { codeOf, newPair, openWith, privateKey, sealFor } from "./pair";

describe("a key pair", () => {
  it("opens what was sealed for it, and nothing else does", async () => {
    const [anna, ben] = await Promise.all([newPair(), newPair()]);
    const sealed = await sealFor(anna.publicText, "room secret/1", "k3m9");
    const own = await privateKey(anna.privateBytes);
    expect(await openWith(own, anna.publicText, "room secret/1", sealed)).toBe("k3m9");
    expect(await sealFor(anna.publicText, "room secret/1", "k3m9")).not.toBe(sealed);
    await expect(openWith(await privateKey(ben.privateBytes), ben.publicText, "room secret/1", sealed)).rejects.toThrow();
    // Of one room it is not that of another.
    await expect(openWith(own, anna.publicText, "room secret/2", sealed)).rejects.toThrow();
    await expect(openWith(own, ben.publicText, "room secret/1", sealed)).rejects.toThrow();
    const bytes = bytesOf(sealed);
    for (const at of [0, 1, 64, 65, 80, bytes.length - 1]) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(openWith(own, anna.publicText, "room secret/1", textOf(changed)), String(at)).rejects.toThrow();
    }
  });

  it("does not give its private half away once it is in use", async () => {
    await expect(crypto.subtle.exportKey("pkcs8", await privateKey((await newPair()).privateBytes))).rejects.toThrow();
  });

  it("has a code to compare", async () => {
    const [anna, ben] = await Promise.all([newPair(), newPair()]);
    expect(await codeOf(anna.publicText)).toMatch(/^(\d{5} ){3}\d{5}$/);
    expect(await codeOf(anna.publicText)).toBe(await codeOf(anna.publicText));
    expect(await codeOf(anna.publicText)).not.toBe(await codeOf(ben.publicText));
  });
});
