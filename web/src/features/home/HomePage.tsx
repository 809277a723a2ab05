import { useEffect } from "react";
import type { ArtistNow } from "../../api/types";
import { useWords } from "../../i18n/LanguageProvider";
import { Pill } from "../../ui/Pill";
import { useArtists } from "./useArtists";
import "./home.css";

/** Who is on air, and everybody else of this server. */
export function HomePage() {
  const { say } = useWords();
  const { artists, reachable } = useArtists();
  useEffect(() => {
    document.title = say("page-tab-home");
  }, [say]);
  const onAir = artists?.filter(playing) ?? [];
  const others = artists?.filter((artist) => !playing(artist)) ?? [];
  return (
    <main className="home">
      <h1>{say("page-home")}</h1>
      <p className="home-word" role="status">
        {!reachable ? say("page-home-unreachable") : artists === null ? say("page-home-looking") : onAir.length === 0 ? say("page-home-empty") : ""}
      </p>
      <ul className="home-live">{onAir.map((artist) => <LiveCard key={artist.slug} artist={artist} />)}</ul>
      {others.length > 0 && (
        <section>
          <h2>{say("page-home-others")}</h2>
          <ul className="home-others">
            {others.map((artist) => (
              <li key={artist.slug}>
                <a href={`/@${artist.slug}`}>{artist.name}</a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </main>
  );
}

function LiveCard({ artist }: { artist: ArtistNow }) {
  const { say } = useWords();
  return (
    <li>
      <a className="home-card" href={`/@${artist.slug}`}>
        {artist.state === "live" ? <Pill word={say("page-state-live")} /> : <strong>{say("page-state-away")}</strong>}
        <span className="home-name">{artist.performance?.artist_name ?? artist.name}</span>
        {artist.performance?.title ? <span className="home-title">{artist.performance.title}</span> : null}
        <span className="home-count">{say("page-listeners", { count: artist.listeners })}</span>
      </a>
    </li>
  );
}

function playing(artist: ArtistNow): boolean {
  return artist.state === "live" || artist.state === "reconnecting";
}
