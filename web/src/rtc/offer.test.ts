import { describe, expect, it } from "vitest";

import { encodingsFor, layersOf, withStereo, withoutOrphans } from "./offer";

describe("withoutOrphans", () => {
  it("drops what describes payload types that an m-line does not list", () => {
    const sdp = [
      "v=0",
      "m=audio 9 UDP/TLS/RTP/SAVPF 109",
      "a=rtpmap:109 opus/48000/2",
      "a=fmtp:109 useinbandfec=1",
      "a=fmtp:120 max-fs=12288",
      "m=video 9 UDP/TLS/RTP/SAVPF 120 124",
      "a=mid:1",
      "a=rtpmap:120 VP8/90000",
      "a=rtpmap:124 rtx/90000",
      "a=fmtp:124 apt=120",
      "a=fmtp:126 profile-level-id=42e01f",
      "a=rtcp-fb:120 nack pli",
      "a=rtcp-fb:126 nack pli",
      "a=rtcp-fb:* transport-cc",
      "",
    ];
    const kept = sdp.filter((line) => !/^a=fmtp:126|^a=rtcp-fb:126|max-fs/.test(line));
    expect(withoutOrphans(sdp.join("\r\n"))).toBe(kept.join("\r\n"));
  });
});

describe("withStereo", () => {
  const line = (fmtp: string[]) =>
    ["m=audio 9 UDP/TLS/RTP/SAVPF 111 63", "a=rtpmap:111 opus/48000/2", ...fmtp, "a=rtpmap:63 red/48000/2", "a=fmtp:63 111/111", ""].join("\r\n");
  const plain = "a=fmtp:111 minptime=10;useinbandfec=1";

  it("asks for both channels on the lines that are named, and changes nothing else", () => {
    const sdp = `v=0\r\n${line([plain])}${line([plain])}`;
    expect(withStereo(sdp, new Set([1]))).toBe(`v=0\r\n${line([plain])}${line([`${plain};stereo=1`])}`);
    expect(withStereo(sdp, new Set())).toBe(sdp);
  });

  it("asks once, and also where nothing was asked before", () => {
    const ask = (media: string) => withStereo(`v=0\r\n${media}`, new Set([0])).slice("v=0\r\n".length);
    const asked = "a=fmtp:111 maxplaybackrate=48000;stereo=1;useinbandfec=1";
    expect(ask(line([asked]))).toBe(line([asked]));
    expect(ask(line(["a=fmtp:111 sprop-stereo=1"]))).toBe(line(["a=fmtp:111 sprop-stereo=1;stereo=1"]));
    expect(ask(line([]))).toBe(line(["a=fmtp:111 stereo=1"]));
    const video = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n";
    expect(ask(video)).toBe(video);
  });
});

describe("encodings", () => {
  it("are three for a full picture, fewer for a small one, and always in the order of the rids", () => {
    expect(encodingsFor(720).map(({ rid, scaleResolutionDownBy }) => [rid, scaleResolutionDownBy])).toEqual([["l", 4], ["m", 2], ["h", 1]]);
    expect(layersOf(1280, 720)).toEqual([
      { width: 320, height: 180 },
      { width: 640, height: 360 },
      { width: 1280, height: 720 },
    ]);
    expect(layersOf(640, 360)).toEqual([
      { width: 320, height: 180 },
      { width: 640, height: 360 },
    ]);
    expect(layersOf(240, 320)).toEqual([{ width: 240, height: 320 }]);
    expect(layersOf(720, 1280)[0]).toEqual({ width: 180, height: 320 });
  });
});
