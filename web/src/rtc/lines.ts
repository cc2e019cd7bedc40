// How a line of sound or pictures is added to a connection: its layers, its codecs, and what gives way first.

/** With letters the size stays and frames go; with a film it is the other way round. */
export async function keepSize(sender: RTCRtpSender, size: boolean): Promise<void> {
  const parameters = sender.getParameters() as RTCRtpSendParameters & { degradationPreference?: string };
  parameters.degradationPreference = size ? "maintain-resolution" : "balanced";
  // A browser that does not know it has the track's own hint.
  await sender.setParameters(parameters).catch(() => undefined);
}

export function addLayers(pc: RTCPeerConnection, layers: readonly RTCRtpEncodingParameters[]): RTCRtpTransceiver {
  const encodings = layers.map((encoding) => ({ ...encoding }));
  const add = (sendEncodings: RTCRtpEncodingParameters[]) =>
    pc.addTransceiver("video", { direction: "sendonly", sendEncodings });
  try {
    // Three temporal steps in each layer let the server thin out a picture without asking the sender.
    return add(encodings.map((encoding) => ({ ...encoding, scalabilityMode: "L1T3" })));
  } catch {
    return add(encodings);
  }
}

/** VP8 alone is what every browser sends in layers and every other one shows; the rest is only text. */
export function preferVp8(transceiver: RTCRtpTransceiver): void {
  prefer(transceiver, "video", /^video\/vp8$/i);
}

export function prefer(transceiver: RTCRtpTransceiver, kind: "audio" | "video", codec: RegExp): void {
  const codecs = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
  if (!codecs.some(({ mimeType }) => codec.test(mimeType))) return;
  const wanted = codecs.filter(({ mimeType }) => codec.test(mimeType) || /^video\/rtx$/i.test(mimeType));
  try {
    transceiver.setCodecPreferences(wanted);
  } catch {
    // Then the offer lists everything and the server chooses.
  }
}
