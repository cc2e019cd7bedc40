// What waits for its time, earliest first, with one timer for all of it. What is due together leaves in the order in
// which it came; a timer for each would not promise that.

export class Departures<Item> {
  readonly #waiting: { due: number; item: Item }[] = [];
  readonly #leave: (item: Item) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wakesAt = Infinity;

  constructor(leave: (item: Item) => void) {
    this.#leave = leave;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  add(due: number, item: Item): void {
    let at = this.#waiting.length;
    while (at > 0 && (this.#waiting[at - 1]?.due ?? 0) > due) at -= 1;
    this.#waiting.splice(at, 0, { due, item });
    this.#run();
  }

  clear(): void {
    this.#waiting.length = 0;
    clearTimeout(this.#timer);
    this.#wakesAt = Infinity;
  }

  #run(): void {
    const now = performance.now();
    for (let first = this.#waiting[0]; first && first.due <= now; first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#leave(first.item);
    }
    const next = this.#waiting[0];
    if (!next || next.due >= this.#wakesAt) return;
    clearTimeout(this.#timer);
    this.#wakesAt = next.due;
    this.#timer = setTimeout(() => {
      this.#wakesAt = Infinity;
      this.#run();
    }, Math.max(1, next.due - now));
  }
}
