// What is asked of the server for a scene: the pictures in sight, at the size in which they are drawn, the most
// important first.
import type { Participant, Tile } from "../protocol";
import { pictureIn } from "./layout";
import type { Picture, Scene } from "./scene";

/** Signing hands need at least this much, however small the tile (ITU-T H-series supplement 1). */
const INTERPRETER = { width: 640, height: 480 };

const MOST_PIXELS = 65_535;

export function watchedIn(
  scene: Scene,
  you: string | undefined,
  interprets: (person: Participant) => boolean,
  devicePixelRatio: number,
): readonly Tile[] {
  const order = (picture: Picture) =>
    picture.source === "screen" ? 0 : interprets(picture.participant) ? 1 : picture.role === "large" ? 2 : 3;
  return scene.pictures
    .filter(({ participant, width }) => participant.id !== you && width > 0)
    .map((picture, place) => ({ picture, place }))
    .sort((one, other) => order(one.picture) - order(other.picture) || one.place - other.place)
    .map(({ picture }): Tile => {
      const { participant, source, pinned } = picture;
      // A screen is drawn whole, a camera so that it fills its tile.
      const drawn = source === "screen" ? picture : pictureIn(picture);
      const signs = source === "camera" && interprets(participant);
      const pixels = (length: number, least: number) =>
        Math.min(MOST_PIXELS, Math.max(1, signs ? least : 0, Math.round(length * devicePixelRatio)));
      return {
        participant: participant.id,
        source,
        width: pixels(drawn.width, INTERPRETER.width),
        height: pixels(drawn.height, INTERPRETER.height),
        ...(pinned || signs ? { pinned: true } : {}),
      };
    });
}
