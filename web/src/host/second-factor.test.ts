import { describe, expect, it } from "vitest";

import { addressFor, base32, newSecret } from "./second-factor";

describe("the secret of an authenticator", () => {
  it("is written as RFC 4648 section 10 and RFC 6238 have it", () => {
    const of = (text: string) => base32(new TextEncoder().encode(text));
    expect(of("fooba")).toBe("MZXW6YTB");
    expect(of("12345678901234567890")).toBe("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  });

  it("is twenty random bytes", () => {
    expect(newSecret()).toMatch(/^[A-Z2-7]{32}$/);
    expect(newSecret()).not.toBe(newSecret());
  });

  it("stands in an address whose parts cannot run into each other", () => {
    const url = new URL(addressFor("ABC", "jana+1@x.example", "Praxis: Kühn & Co?"));
    expect(url.href.startsWith("otpauth://totp/Praxis%20%20K%C3%BChn%20%26%20Co%3F:jana%2B1%40x.example?")).toBe(true);
    expect(url.searchParams.get("secret")).toBe("ABC");
    expect(url.searchParams.get("issuer")).toBe("Praxis  Kühn & Co?");
  });
});
