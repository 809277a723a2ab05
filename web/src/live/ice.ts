/**
 * The STUN and TURN servers that an answer names (RFC 9725 §4.6), from its `Link` header. What is no such server is
 * passed over, and so is a TURN server without its words: a browser refuses to connect at all with one of those.
 */
export function iceServers(link: string | null): RTCIceServer[] {
  const found: RTCIceServer[] = [];
  for (const [, url = "", rest = ""] of (link ?? "").matchAll(/<([^>]*)>((?:\s*;\s*[\w-]+\s*=\s*(?:"(?:\\.|[^"\\])*"|[^\s",;]+))*)/g)) {
    const words = parameters(rest);
    if (words.get("rel") !== "ice-server" || !/^(stun|turn)s?:/i.test(url)) continue;
    const [username, credential] = [words.get("username"), words.get("credential")];
    if (username !== undefined && credential !== undefined) found.push({ urls: url, username, credential });
    else if (/^stun/i.test(url)) found.push({ urls: url });
  }
  return found;
}

function parameters(text: string): Map<string, string> {
  const words = new Map<string, string>();
  for (const [, name = "", quoted, plain = ""] of text.matchAll(/([\w-]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s",;]+))/g)) {
    words.set(name.toLowerCase(), quoted === undefined ? plain : quoted.replace(/\\(.)/g, "$1"));
  }
  return words;
}
