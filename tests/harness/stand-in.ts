// The camera of a Firefox: it has no fake device that plays a file, so the page is handed a canvas of one colour
// instead. Its fake microphone stays; it hums at the tone that a preference gives (`firefox.ts`). Sent to the browser
// as text; it leans on nothing outside itself.

import type { Rgb } from "./looks.ts";

export function installStandIn(colour: Rgb): void {
  function camera(): MediaStreamTrack {
    const canvas = document.createElement("canvas");
    canvas.width = 320;
    canvas.height = 180;
    const brush = canvas.getContext("2d");
    let frame = 0;
    const paint = (): void => {
      if (!brush) return;
      frame += 1;
      brush.fillStyle = `rgb(${colour.join(" ")})`;
      brush.fillRect(0, 0, 320, 180);
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
    if (wanted?.video) tracks.push(camera());
    return new MediaStream(tracks);
  };
}
