// Where sound comes out. Not every browser lets a page choose; then the system does.

interface Sinking {
  setSinkId?: (id: string) => Promise<void>;
  readonly sinkId?: string;
}

export function canChooseOutput(): boolean {
  return "setSinkId" in HTMLMediaElement.prototype;
}

/** Sends a player's sound to a device; `undefined` is the system's own choice. */
export async function sendTo(player: HTMLMediaElement, id: string | undefined): Promise<void> {
  const sinking = player as Sinking;
  if ((sinking.sinkId ?? "") === (id ?? "")) return;
  await sinking.setSinkId?.(id ?? "");
}
