import { describe, expect, it } from "vitest";
import { withStereo } from "./sdp";

const offer = (fmtp: string | null, end = "\r\n") =>
  ["m=audio 9 UDP/TLS/RTP/SAVPF 111 63", "a=rtpmap:111 opus/48000/2", "a=rtcp-fb:111 transport-cc", fmtp, "a=rtpmap:63 red/48000/2", "a=fmtp:63 111/111", ""]
    .filter((line) => line !== null)
    .join(end);

describe("withStereo", () => {
  it("adds stereo to the Opus settings and to nothing else", () => {
    expect(withStereo(offer("a=fmtp:111 minptime=10;useinbandfec=1"))).toBe(offer("a=fmtp:111 minptime=10;useinbandfec=1;stereo=1"));
  });
  it("changes a no into a yes", () => {
    expect(withStereo(offer("a=fmtp:111 stereo=0;minptime=10"))).toBe(offer("a=fmtp:111 minptime=10;stereo=1"));
  });
  it("adds the settings line where there is none", () => {
    expect(withStereo(offer(null))).toContain("a=rtpmap:111 opus/48000/2\r\na=fmtp:111 stereo=1\r\n");
  });
  it("done twice is done once, whatever the line ends are", () => {
    for (const fmtp of [null, "a=fmtp:111 minptime=10", "a=fmtp:111 stereo=1"]) {
      for (const end of ["\r\n", "\n"]) {
        const once = withStereo(offer(fmtp, end));
        expect(withStereo(once)).toBe(once);
        expect(once.split("stereo=1").length).toBe(2);
        expect(once.includes("\r")).toBe(end === "\r\n");
      }
    }
  });
  it("leaves an offer without Opus alone", () => {
    expect(withStereo("m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n")).toBe("m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n");
  });
});
