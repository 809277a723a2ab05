import { useEffect, useState } from "react";
import { route, type ArtistList, type ArtistNow } from "../../api/types";

const ASK_MS = 5000;

/** Every artist of the server, asked again and again while the page is looked at; null before the first answer and while the
 *  server is away: nobody is called on air on the word of an old list. */
export function useArtists(): { artists: ArtistNow[] | null; reachable: boolean } {
  const [artists, setArtists] = useState<ArtistNow[] | null>(null);
  const [reachable, setReachable] = useState(true);
  useEffect(() => {
    const abort = new AbortController();
    const ask = async () => {
      const list = await answer(abort.signal);
      if (abort.signal.aborted) return;
      setReachable(list !== null);
      setArtists(list?.artists ?? null);
    };
    const look = () => { if (!document.hidden) void ask(); };
    void ask();
    const timer = setInterval(look, ASK_MS);
    document.addEventListener("visibilitychange", look);
    return () => {
      abort.abort();
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
  return { artists, reachable };
}

async function answer(signal: AbortSignal): Promise<ArtistList | null> {
  try {
    const response = await fetch(route.artists, { signal, cache: "no-store" });
    return response.ok ? ((await response.json()) as ArtistList) : null;
  } catch {
    return null;
  }
}
