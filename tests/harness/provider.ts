// A provider of OpenID Connect (Core 1.0, code flow with PKCE) at which one person has signed in before. It asks whether this site
// may know who they are, and sends them back.

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export const CLIENT_ID = "incamera";

export interface Claims {
  sub: string;
  preferred_username: string;
  name: string;
}

export class Provider {
  /** Who is in front of it. */
  claims: Claims = { sub: "1", preferred_username: "jana", name: "Jana" };
  readonly #server: Server;
  readonly #keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  readonly #codes = new Map<string, { asked: URLSearchParams; claims: Claims }>();

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<Provider> {
    const provider = new Provider();
    await new Promise<void>((resolve) => provider.#server.listen(0, "127.0.0.1", resolve));
    return provider;
  }

  get issuer(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** With what the server is started. */
  get settings(): string[] {
    return ["--oidc-issuer", this.issuer, "--oidc-client-id", CLIENT_ID, "--oidc-name", "Beratungsstelle Mitte"];
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.issuer);
    const json = (value: unknown): void => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(value));
    };
    if (url.pathname === "/.well-known/openid-configuration") json(this.#about());
    else if (url.pathname === "/keys") json({ keys: [{ ...this.#keys.publicKey.export({ format: "jwk" }), kid: "1", alg: "ES256", use: "sig" }] });
    else if (url.pathname === "/authorize") this.#ask(url.searchParams, response);
    else if (url.pathname === "/allowed") this.#sendBack(url.searchParams, response);
    else if (url.pathname === "/token") json(this.#token(new URLSearchParams(await bodyOf(request))));
    else response.writeHead(url.pathname === "/favicon.ico" ? 204 : 404).end();
  }

  #about(): object {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/keys`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["ES256"],
      token_endpoint_auth_methods_supported: ["none"],
    };
  }

  #ask(asked: URLSearchParams, response: ServerResponse): void {
    const back = new URL(asked.get("redirect_uri") ?? "");
    back.search = new URLSearchParams({ error: "access_denied", state: asked.get("state") ?? "" }).toString();
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(
      `<!doctype html><html lang="de"><title>Anmeldung</title><h1>Anmeldung bei der Beratungsstelle</h1>
       <a href="/allowed?${encoded(asked.toString())}">Weiter als ${this.claims.name}</a> <a href="${encoded(back.href)}">Abbrechen</a>`,
    );
  }

  #sendBack(asked: URLSearchParams, response: ServerResponse): void {
    const code = randomBytes(16).toString("hex");
    this.#codes.set(code, { asked, claims: this.claims });
    const back = new URL(asked.get("redirect_uri") ?? "");
    back.search = new URLSearchParams({ code, state: asked.get("state") ?? "" }).toString();
    response.writeHead(302, { location: back.href }).end();
  }

  #token(form: URLSearchParams): object {
    const code = form.get("code") ?? "";
    const sent = this.#codes.get(code);
    this.#codes.delete(code);
    const challenge = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
    const right = challenge === sent?.asked.get("code_challenge") && form.get("redirect_uri") === sent.asked.get("redirect_uri");
    if (!sent || !right) return { error: "invalid_grant" };
    const now = Math.floor(Date.now() / 1_000);
    const claims = { iss: this.issuer, aud: CLIENT_ID, iat: now, exp: now + 60, nonce: sent.asked.get("nonce"), ...sent.claims };
    return { access_token: "a", token_type: "Bearer", id_token: signed(claims, this.#keys.privateKey) };
  }
}

function signed(claims: object, key: KeyObject): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "ES256", kid: "1" })}.${part(claims)}`;
  return `${text}.${sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}

function encoded(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}
