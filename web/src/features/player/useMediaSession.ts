import { useEffect } from "react";
import type { LiveSession } from "../../live/session";

/** Tells the lock screen and the keys of headphones what plays and how to stop it. */
export function useMediaSession(session: LiveSession, artist: string, title: string, playing: boolean): void {
  useEffect(() => {
    if (!("mediaSession" in navigator)) return;
    navigator.mediaSession.metadata = new MediaMetadata({
      title: title === "" ? artist : title,
      artist,
      // Not the drawing: the lock screen of an iPhone takes pictures made of dots only.
      artwork: [{ src: "/icon.png", type: "image/png", sizes: "256x256" }],
    });
  }, [artist, title]);
  useEffect(() => {
    if (!("mediaSession" in navigator)) return;
    navigator.mediaSession.playbackState = playing ? "playing" : "paused";
  }, [playing]);
  useEffect(() => {
    if (!("mediaSession" in navigator)) return;
    const handlers: [MediaSessionAction, () => void][] = [
      ["play", () => { session.play(); }],
      ["pause", () => { session.stop(); }],
      ["stop", () => { session.stop(); }],
    ];
    for (const [action, handler] of handlers) handle(action, handler);
    return () => { for (const [action] of handlers) handle(action, null); };
  }, [session]);
}

function handle(action: MediaSessionAction, handler: (() => void) | null): void {
  try {
    navigator.mediaSession.setActionHandler(action, handler);
  } catch {
    // An older browser does not know this key; the others still work.
  }
}
