// What may stand behind a person instead of their room.

/** Pictures that we paint ourselves: quiet, and telling nothing of anybody. */
export const PICTURES = ["wall", "sage", "evening"] as const;
export type Picture = (typeof PICTURES)[number];

export const EFFECTS = ["none", "light", "strong", ...PICTURES] as const;
export type Effect = (typeof EFFECTS)[number];

/** An effect that hides something. */
export type Hiding = Exclude<Effect, "none">;

export function effectIn(value: unknown): Effect {
  return EFFECTS.find((effect) => effect === value) ?? "none";
}

export function isPicture(effect: Effect): effect is Picture {
  return (PICTURES as readonly string[]).includes(effect);
}

/**
 * How often the picture is halved before it is drawn large again: what is smaller than one point of the smallest
 * is gone, not merely hard to see.
 */
export const HALVINGS = { light: 3, strong: 5 } as const;
