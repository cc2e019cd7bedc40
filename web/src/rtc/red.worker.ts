// Stands between the browser's encoder and the network, in a browser that does not know redundancy for voices:
// builds it into what is sent and cuts it from what comes.
import { RedBuilder, primaryOf } from "./red";
import type { RedWork } from "./redundancy";

/** The little of `RTCEncodedAudioFrame` that is needed here. */
interface AudioFrame {
  data: ArrayBuffer;
  readonly timestamp?: number;
  getMetadata(): { readonly rtpTimestamp?: number };
}

interface TransformEvent extends Event {
  readonly transformer: {
    readonly readable: ReadableStream<AudioFrame>;
    readonly writable: WritableStream<AudioFrame>;
    readonly options: RedWork;
  };
}

addEventListener("rtctransform", (event) => {
  const { readable, writable, options } = (event as TransformEvent).transformer;
  const transform = options === "build" ? building() : cut;
  readable
    .pipeThrough(new TransformStream<AudioFrame, AudioFrame>({ transform }))
    .pipeTo(writable)
    // The line is gone, and its frames with it.
    .catch(() => undefined);
});

type Transform = (frame: AudioFrame, out: TransformStreamDefaultController<AudioFrame>) => void;

function building(): Transform {
  const builder = new RedBuilder();
  return (frame, out) => {
    const timestamp = frame.getMetadata().rtpTimestamp ?? frame.timestamp ?? 0;
    if (frame.data.byteLength > 0) frame.data = bufferOf(builder.build(new Uint8Array(frame.data), timestamp));
    out.enqueue(frame);
  };
}

const cut: Transform = (frame, out) => {
  // Padding that was sent to probe the network comes as a frame without content.
  if (frame.data.byteLength === 0) return;
  const payload = new Uint8Array(frame.data);
  const primary = primaryOf(payload);
  if (primary !== payload) frame.data = bufferOf(primary);
  out.enqueue(frame);
};

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer;
}
