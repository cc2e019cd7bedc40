// One stereo track out of several: whoever plays music and shares a tab with sound has one line for both.

export class Mix {
  #tracks: readonly MediaStreamTrack[] = [];
  #context: AudioContext | undefined;
  #mixed: MediaStreamTrack | undefined;

  /** The track that carries all of these; one alone passes as it is. */
  of(tracks: readonly MediaStreamTrack[]): MediaStreamTrack | undefined {
    if (tracks.length === this.#tracks.length && tracks.every((track, index) => track === this.#tracks[index])) {
      return this.#mixed;
    }
    this.#release();
    this.#tracks = tracks;
    this.#mixed = tracks.length < 2 ? tracks[0] : this.#join(tracks);
    return this.#mixed;
  }

  close(): void {
    this.#release();
    this.#tracks = [];
  }

  #join(tracks: readonly MediaStreamTrack[]): MediaStreamTrack | undefined {
    const context = new AudioContext({ sampleRate: 48_000, latencyHint: "playback" });
    this.#context = context;
    const everyone = stereoTo(context);
    for (const track of tracks) context.createMediaStreamSource(new MediaStream([track])).connect(everyone);
    void context.resume().catch(() => undefined);
    return everyone.stream.getAudioTracks()[0];
  }

  #release(): void {
    // A track that passed as it was belongs to who made it.
    if (this.#context) {
      this.#mixed?.stop();
      void this.#context.close().catch(() => undefined);
    }
    this.#context = undefined;
    this.#mixed = undefined;
  }
}

/** Two channels, whatever the file has: one is heard on both sides, and six become two. */
export function stereoTo(context: AudioContext): MediaStreamAudioDestinationNode {
  const node = context.createMediaStreamDestination();
  node.channelCount = 2;
  node.channelCountMode = "explicit";
  for (const track of node.stream.getAudioTracks()) track.contentHint = "music";
  return node;
}
