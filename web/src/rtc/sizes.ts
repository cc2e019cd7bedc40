// How large a made picture is: a track that comes from a canvas or a worker does not always say it of itself.

export interface Size {
  readonly width: number;
  readonly height: number;
}

const sizes = new WeakMap<MediaStreamTrack, Size>();

export function noteSize(track: MediaStreamTrack, size: Size): void {
  sizes.set(track, size);
}

/** The size of a track's picture, as far as anything tells. */
export function sizeOf(track: MediaStreamTrack | undefined): Partial<Size> {
  const noted = track && sizes.get(track);
  if (noted) return noted;
  const { width, height } = track?.getSettings() ?? {};
  return { ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) };
}
