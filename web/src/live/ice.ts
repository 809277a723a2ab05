/**
 * The STUN and TURN servers that an answer names (RFC 9725 §4.6), from its `Link` header. What is no such server is
 * passed over.
 */
export function iceServers(link: string | null): RTCIceServer[] {
  const found: RTCIceServer[] = [];
  for (const [, url = "", rest = ""] of (link ?? "").matchAll(/<([^>]*)>((?:\s*;\s*[\w-]+\s*=\s*(?:"(?:\\.|[^"\\])*"|[^\s",;]+))*)/g)) {
    const words = parameters(rest);
    if (words.get("rel") !== "ice-server" || !/^(stun|turn)s?:/i.test(url)) continue;
    const [username, credential] = [words.get("username"), words.get("credential")];
    found.push(username === undefined || credential === undefined ? { urls: url } : { urls: url, username, credential });
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
