// Paints the neutral pictures: light on a wall, a green and a blue evening. No photograph, nobody's home.
import type { Picture } from "./effect";
import type { Size } from "../sizes";

/** What a canvas on the page and one in a worker have in common. */
export type Brush = Pick<
  CanvasRenderingContext2D,
  "fillStyle" | "fillRect" | "createLinearGradient" | "createRadialGradient" | "globalAlpha" | "beginPath" | "ellipse" | "fill"
>;

interface Palette {
  readonly above: string;
  readonly below: string;
  /** The light that falls in from one side. */
  readonly light: string;
  readonly shade: string;
}

const PALETTES: Readonly<Record<Picture, Palette>> = {
  wall: { above: "#e9e2d6", below: "#cfc4b2", light: "#fff8ea", shade: "#a8977f" },
  sage: { above: "#b9c7b4", below: "#7f9280", light: "#e3ecd9", shade: "#566657" },
  evening: { above: "#6d83a3", below: "#34435e", light: "#c9b9b4", shade: "#1f2a40" },
};

export function paint(brush: Brush, picture: Picture, { width, height }: Size): void {
  const { above, below, light, shade } = PALETTES[picture];
  const wall = brush.createLinearGradient(0, 0, 0, height);
  wall.addColorStop(0, above);
  wall.addColorStop(1, below);
  brush.fillStyle = wall;
  brush.fillRect(0, 0, width, height);
  glow(brush, light, 0.85, { x: width * 0.22, y: height * 0.2, radius: width * 0.55 }, { width, height });
  glow(brush, shade, 0.45, { x: width * 0.95, y: height * 1.05, radius: width * 0.6 }, { width, height });
  // Two large soft shapes, so that it is seen to be drawn and not taken for a camera that sees nothing.
  brush.globalAlpha = 0.1;
  for (const [x, y, size, colour] of [[0.83, 0.3, 0.17, light], [0.12, 0.86, 0.24, shade]] as const) {
    brush.fillStyle = colour;
    brush.beginPath();
    brush.ellipse(width * x, height * y, width * size, width * size, 0, 0, 2 * Math.PI);
    brush.fill();
  }
  brush.globalAlpha = 1;
}

function glow(brush: Brush, colour: string, strength: number, at: { x: number; y: number; radius: number }, { width, height }: Size): void {
  const round = brush.createRadialGradient(at.x, at.y, 0, at.x, at.y, at.radius);
  round.addColorStop(0, colour);
  round.addColorStop(1, `${colour}00`);
  brush.globalAlpha = strength;
  brush.fillStyle = round;
  brush.fillRect(0, 0, width, height);
  brush.globalAlpha = 1;
}
