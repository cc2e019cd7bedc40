// The camera of a Firefox: it has no fake device that plays a file, so the page is handed a canvas of one colour
// instead. Its fake microphone stays; it hums at the tone that a preference gives (`firefox.ts`). Sent to the browser
// as text; it leans on nothing outside itself.

import type { Rgb } from "./looks.ts";

/** `portrait` is a JPEG in base64 that fills the picture instead of the colour; none if empty. */
export function installStandIn(colour: Rgb, portrait: string): void {
  let face: ImageBitmap | undefined;
  if (portrait !== "") {
    const bytes = Uint8Array.from(atob(portrait), (one) => one.charCodeAt(0));
    void createImageBitmap(new Blob([bytes], { type: "image/jpeg" })).then((picture) => (face = picture));
  }
  const [width, height] = portrait === "" ? [320, 180] : [640, 360];

  function camera(): MediaStreamTrack {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const brush = canvas.getContext("2d");
    let frame = 0;
    const paint = (): void => {
      if (!brush) return;
      frame += 1;
      brush.fillStyle = `rgb(${colour.join(" ")})`;
      brush.fillRect(0, 0, width, height);
      if (face) brush.drawImage(face, 0, 0);
      // A canvas that is painted the same again gives no frame; the corner changes.
      brush.fillStyle = frame % 2 ? "black" : "white";
      brush.fillRect(0, 0, 8, 8);
    };
    paint();
    const timer = setInterval(paint, 66);
    const track = canvas.captureStream(15).getVideoTracks()[0];
    if (!track) throw new Error("a canvas gave no track");
    const stop = track.stop.bind(track);
    track.stop = () => {
      clearInterval(timer);
      stop();
    };
    return track;
  }

  // Pages that are not in a secure context, such as the blank first one, have no devices at all.
  if (!("mediaDevices" in navigator) || !navigator.mediaDevices) return;
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const tracks: MediaStreamTrack[] = [];
    if (wanted?.audio) tracks.push(...(await real({ audio: wanted.audio })).getAudioTracks());
    if (wanted?.video) {
      // Its own camera is asked for all the same: only then it names them.
      for (const track of (await real({ video: true })).getTracks()) track.stop();
      tracks.push(camera());
    }
    return new MediaStream(tracks);
  };
}
