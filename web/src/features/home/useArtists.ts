import { useEffect, useState } from "react";
import { route, type ArtistList, type ArtistNow } from "../../api/types";
import { ask } from "../../live/ask";
import { browserWorld } from "../../live/world";

const ASK_MS = 5000;
const world = browserWorld();

/** Every artist of the server, asked again and again while the page is looked at; null before the first answer and while the
 *  server is away: nobody is called on air on the word of an old list. */
export function useArtists(): { artists: ArtistNow[] | null; reachable: boolean } {
  const [artists, setArtists] = useState<ArtistNow[] | null>(null);
  const [reachable, setReachable] = useState(true);
  useEffect(() => {
    let here = true;
    let asking = false;
    const refresh = async () => {
      if (asking) return;
      asking = true;
      const list = await ask(world, route.artists, { cache: "no-store" }, answer);
      asking = false;
      if (!here) return;
      setReachable(list !== null);
      setArtists(list?.artists ?? null);
    };
    const look = () => { if (!document.hidden) void refresh(); };
    void refresh();
    const timer = setInterval(look, ASK_MS);
    document.addEventListener("visibilitychange", look);
    return () => {
      here = false;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
  return { artists, reachable };
}

async function answer(response: Response): Promise<ArtistList | null> {
  return response.ok ? ((await response.json()) as ArtistList) : null;
}
