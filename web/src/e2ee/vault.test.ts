import { describe, expect, it } from "vitest";

import { bytesOf, randomBytes, textOf } from "./bytes";
import { accountHalves, roomHalves, stretched } from "./stretch";
import { Vault } from "./vault";

const salt = textOf(randomBytes(16));
const FEW = 1_000;

describe("a stretched password", () => {
  it("gives the server the same proof each time, and another for another password or salt", async () => {
    const { proof } = await accountHalves("Regenbogen am Fluss", salt, FEW);
    expect(proof).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect((await accountHalves("Regenbogen am Fluss", salt, FEW)).proof).toBe(proof);
    expect((await accountHalves("Regenbogen am Fluß", salt, FEW)).proof).not.toBe(proof);
    expect((await accountHalves("Regenbogen am Fluss", textOf(randomBytes(16)), FEW)).proof).not.toBe(proof);
    expect((await accountHalves("Regenbogen am Fluss", salt, FEW + 1)).proof).not.toBe(proof);
  });

  // ATK-03: what looks the same is the same, and nothing else is: no sign stands for another, and nothing is not everything.
  it("is the same for the same letters, however they were typed", async () => {
    const of = async (typed: string) => (await stretched(typed, bytesOf(salt), FEW)).proof;
    expect(await of("Mu\u0308hle")).toBe(await of("M\u00fchle"));
    expect(await of(" Mühle\n")).toBe(await of("Mühle"));
    const different = ["", "#", "*", "%", "Mühle", "mühle", "Muhle", "Mühle#", "Mühle\u0000", "\u041cühle", "x".repeat(1_000_000)];
    const proofs = await Promise.all(different.map(of));
    expect(new Set(proofs).size).toBe(different.length);
  });

  it("of a room is one of that room", async () => {
    const { proof } = await roomHalves("Mühle", "01234-56789-abcde");
    expect((await roomHalves("Mühle", "11234-56789-abcde")).proof).not.toBe(proof);
  });
});

describe("a vault", () => {
  it("is written down anew for another password, and what it sealed still opens", async () => {
    const [before, after] = await Promise.all([accountHalves("Regenbogen", salt, FEW), accountHalves("Flussbett", salt, FEW)]);
    const { vault, sealed } = await Vault.make(before.key);
    const secret = await vault.seal("room secret", "k3m9");
    const again = await Vault.reseal(before.key, sealed, after.key);
    expect(await again.vault.read("room secret", secret)).toBe("k3m9");
    expect(await (await Vault.open(after.key, again.sealed)).read("room secret", secret)).toBe("k3m9");
    await expect(Vault.open(before.key, again.sealed)).rejects.toThrow();
    await expect(Vault.reseal(after.key, sealed, before.key)).rejects.toThrow();
  });

  it("opens with the half that it was sealed with, and gives back what it seals", async () => {
    const { key } = await accountHalves("Regenbogen", salt, FEW);
    const { vault, sealed } = await Vault.make(key);
    const secret = await vault.seal("room secret", "k3m9");
    const again = await Vault.open((await accountHalves("Regenbogen", salt, FEW)).key, sealed);
    expect(await again.read("room secret", secret)).toBe("k3m9");
    expect(await vault.seal("room secret", "k3m9")).not.toBe(secret);
  });

  it("opens with nothing else, and for nothing else", async () => {
    const { key } = await accountHalves("Regenbogen", salt, FEW);
    const { vault, sealed } = await Vault.make(key);
    const { key: wrong } = await accountHalves("regenbogen", salt, FEW);
    await expect(Vault.open(wrong, sealed)).rejects.toThrow();
    const secret = await vault.seal("room secret", "k3m9");
    await expect(vault.read("link token", secret)).rejects.toThrow();
    await expect(vault.read("room secret", secret.slice(0, -2))).rejects.toThrow();
    const { vault: other } = await Vault.make(key);
    await expect(other.read("room secret", secret)).rejects.toThrow();
  });

  it("does not give its key away", async () => {
    const { vault } = await Vault.make((await accountHalves("Regenbogen", salt, FEW)).key);
    await expect(crypto.subtle.exportKey("raw", vault.key)).rejects.toThrow();
  });
});
