import { useEffect, useState, useSyncExternalStore } from "react";
import { clockOffset } from "../../live/clock";
import { LiveSession, type LiveSnapshot } from "../../live/session";
import { ElementSink } from "../../live/sink";
import { browserWorld, utcNow } from "../../live/world";

const world = browserWorld();

interface Player {
  session: LiveSession;
  sink: ElementSink;
  element: HTMLAudioElement;
}

/** The session of this page and its loudspeaker, bound to the page's life. */
export function useSession(slug: string): Player & { snapshot: LiveSnapshot } {
  const [player] = useState(() => playerFor(slug));
  const { session, element } = player;
  const snapshot = useSyncExternalStore(session.subscribe, session.snapshot);
  useEffect(() => {
    document.body.append(element);
    return () => { element.remove(); };
  }, [element]);
  useEffect(() => boundToPage(session), [session]);
  return { ...player, snapshot };
}

/** Measures the server's clock while `active`, so that delays can be dated. */
export function useClock(session: LiveSession, active: boolean): void {
  useEffect(() => {
    if (!active) return;
    let here = true;
    void clockOffset(world, utcNow).then((offset) => { if (here) session.setClockOffset(offset); });
    return () => { here = false; };
  }, [session, active]);
}

function playerFor(slug: string): Player {
  const element = document.createElement("audio");
  element.autoplay = true;
  const sink = new ElementSink(element);
  const session = new LiveSession(slug, world, sink, utcNow);
  sink.onPaused = () => { session.stop(); };
  return { session, sink, element };
}

function boundToPage(session: LiveSession): () => void {
  const begin = () => { session.start(); };
  const leave = () => { session.leave(); };
  const hurry = () => { session.hurry(); };
  const look = () => { if (!document.hidden) hurry(); };
  begin();
  addEventListener("pagehide", leave);
  addEventListener("pageshow", begin);
  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", look);
  return () => {
    leave();
    removeEventListener("pagehide", leave);
    removeEventListener("pageshow", begin);
    removeEventListener("online", hurry);
    document.removeEventListener("visibilitychange", look);
  };
}
