/**
 * Asks for stereo in the listener's own offer.
 *
 * Chromium and Safari decode Opus to mono unless the *local* description says `stereo=1`; nothing in the answer
 * replaces it (measured: 0 dB of separation without, 56 dB with). An offer without Opus comes back as it was.
 */
export function withStereo(sdp: string): string {
  const payload = /^a=rtpmap:(\d+) opus\/48000/im.exec(sdp)?.[1];
  if (payload === undefined) return sdp;
  const settings = new RegExp(`^(a=fmtp:${payload} )(.*?)(\\r?)$`, "m");
  const found = settings.exec(sdp);
  if (!found) return sdp.replace(new RegExp(`^(a=rtpmap:${payload} .*?)(\\r?)$`, "m"), `$1$2\na=fmtp:${payload} stereo=1$2`);
  const kept = (found[2] ?? "").split(";").filter((part) => part !== "" && !/^\s*stereo=/.test(part));
  return sdp.replace(settings, `$1${[...kept, "stereo=1"].join(";")}$3`);
}
