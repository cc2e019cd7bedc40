// What `scripts/background.js` puts together.
declare module "background-parts/loader.js" {
  const ModuleFactory: unknown;
  export default ModuleFactory;
}

// Chromium's, and in no list of types yet.
declare class MediaStreamTrackProcessor {
  constructor(options: { track: MediaStreamTrack; maxBufferSize?: number });
  readonly readable: ReadableStream<VideoFrame>;
}

interface MediaStreamTrackGenerator extends MediaStreamTrack {
  readonly writable: WritableStream<VideoFrame>;
}

declare const MediaStreamTrackGenerator: new (options: { kind: "video" }) => MediaStreamTrackGenerator;
