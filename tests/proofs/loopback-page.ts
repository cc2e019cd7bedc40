// A page that calls itself: camera and microphone go through a peer connection and come back as someone else's tile.
// It is served under a policy as strict as the program's own, so that the probe is proven under it.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

const PAGE = `<!doctype html><html lang="de"><title>Loopback</title><script src="/call.js"></script>
<button id="go">Anrufen</button><button id="off">Auflegen</button>
<div data-participant="x">Echo<video muted playsinline autoplay></video></div>`;

const SCRIPT = `
document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("off").onclick = () => document.querySelector("audio").pause();
  document.getElementById("go").onclick = async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    const a = new RTCPeerConnection(), b = new RTCPeerConnection();
    a.onicecandidate = (e) => b.addIceCandidate(e.candidate);
    b.onicecandidate = (e) => a.addIceCandidate(e.candidate);
    b.ontrack = (e) => {
      if (e.track.kind === "video") document.querySelector("video").srcObject = new MediaStream([e.track]);
      else {
        const audio = document.createElement("audio");
        audio.dataset.slot = "0";
        audio.srcObject = new MediaStream([e.track]);
        document.body.append(audio);
        audio.play();
      }
    };
    for (const track of stream.getTracks()) a.addTrack(track, stream);
    await a.setLocalDescription();
    await b.setRemoteDescription(a.localDescription);
    await b.setLocalDescription();
    await a.setRemoteDescription(b.localDescription);
  };
});`;

export async function serveLoopbackPage(): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    response.setHeader("content-security-policy", "default-src 'none'; script-src 'self'; media-src 'self' blob:; img-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'");
    if (request.url === "/call.js") {
      response.setHeader("content-type", "text/javascript");
      response.end(SCRIPT);
    } else if (request.url === "/") {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end(PAGE);
    } else {
      response.statusCode = 204;
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://localhost:${(server.address() as AddressInfo).port}/`, server };
}
