import { useEffect, useState } from "react";
import { route, type ArtistList, type ArtistNow } from "../../api/types";

const ASK_MS = 5000;

/** Every artist of the server, asked again and again while the page is looked at; null before the first answer. */
export function useArtists(): { artists: ArtistNow[] | null; reachable: boolean } {
  const [artists, setArtists] = useState<ArtistNow[] | null>(null);
  const [reachable, setReachable] = useState(true);
  useEffect(() => {
    const abort = new AbortController();
    const ask = async () => {
      const list = await answer(abort.signal);
      if (abort.signal.aborted) return;
      setReachable(list !== null);
      if (list !== null) setArtists(list.artists);
    };
    void ask();
    const timer = setInterval(() => {
      if (!document.hidden) void ask();
    }, ASK_MS);
    return () => {
      abort.abort();
      clearInterval(timer);
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
