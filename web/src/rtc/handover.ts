// A slot is refilled without notice: for a moment after it changes hands, frames of the person before may
// still be on their way. This file knows how long a picture has to stay hidden, so that nobody is ever seen
// under another one's name.

/** Longer than a frame needs through the network and the jitter buffer. */
const SETTLE_MS = 400;

interface Tenancy {
  readonly owner: string;
  /** When the owner's picture was taken off the screen; absent while it is on. */
  readonly endedAt: number | undefined;
}

const tenancies = new WeakMap<MediaStream, Tenancy>();

/** Notes that `owner` is now in the slot; gives the time for which the picture must stay hidden. */
export function moveIn(stream: MediaStream, owner: string, now: number): number {
  const before = tenancies.get(stream);
  tenancies.set(stream, { owner, endedAt: undefined });
  if (!before || before.owner === owner) return 0;
  return Math.max(0, (before.endedAt ?? now) + SETTLE_MS - now);
}

export function moveOut(stream: MediaStream, owner: string, now: number): void {
  if (tenancies.get(stream)?.owner === owner) tenancies.set(stream, { owner, endedAt: now });
}
