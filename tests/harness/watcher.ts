// Fails a journey for what a person would not see: a request to somebody else (DP-31), an error in the console, a script
// that broke, something that the content policy had to forbid.

/** Lines that the browser itself writes about connections which a test has cut. Everything else counts. */
const CUT_BY_THE_TEST = [
  /^WebSocket connection to .* failed/,
  /^Failed to load resource: net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|CONNECTION_CLOSED|SOCKET_NOT_CONNECTED|INTERNET_DISCONNECTED)/,
  /^Firefox can.t establish a connection to the server at/,
  /^The connection to .* was interrupted while the page was loading/,
];

/** A refusal that a test provokes on purpose; the browser writes the status of every failed fetch itself. */
const REFUSED_ON_PURPOSE = [/^Failed to load resource: the server responded with a status of (401|403|404|409|410|429)/];

export class Watcher {
  readonly #own = new Set<string>();
  readonly #complaints: string[] = [];
  readonly requests: string[] = [];
  /** Set by journeys that break connections. */
  allowsCuts = false;
  /** Set by journeys that are refused something: a meeting that does not exist, a wrong password. */
  allowsRefusals = false;

  constructor(origin: string) {
    this.alsoOwn(origin);
  }

  /** Another address of the same server. */
  alsoOwn(origin: string): void {
    this.#own.add(new URL(origin).host);
  }

  sawRequest(url: string): void {
    this.requests.push(url);
    if (/^(data|blob|about):/.test(url)) return;
    const host = new URL(url).host;
    if (!this.#own.has(host)) this.#complaints.push(`a request to a foreign host: ${url}`);
  }

  sawConsole(kind: string, text: string): void {
    if (kind !== "error") return;
    if (this.allowsCuts && CUT_BY_THE_TEST.some((line) => line.test(text))) return;
    if (this.allowsRefusals && REFUSED_ON_PURPOSE.some((line) => line.test(text))) return;
    this.#complaints.push(`an error in the console: ${text}`);
  }

  sawPageError(text: string): void {
    // Firefox reports what it writes about a cut connection as an error of the page.
    if (this.allowsCuts && CUT_BY_THE_TEST.some((line) => line.test(text.replace(/^Error: /, "")))) return;
    this.#complaints.push(`a script broke: ${text}`);
  }

  sawViolation(text: string): void {
    this.#complaints.push(`the content policy was violated: ${text}`);
  }

  complaints(): readonly string[] {
    return this.#complaints;
  }
}
