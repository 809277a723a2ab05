import { useCallback, useEffect, useState } from "react";
import { useWords } from "../../i18n/LanguageProvider";
import { Notice } from "../../ui/Notice";
import { Pill } from "../../ui/Pill";
import type { LiveSnapshot } from "../../live/session";
import { Details } from "./Details";
import { LevelRing } from "./LevelRing";
import { PlayKey } from "./PlayKey";
import { RunningTime } from "./RunningTime";
import { useMediaSession } from "./useMediaSession";
import { useClock, useSession } from "./useSession";
import { Volume } from "./Volume";
import { wordsOf } from "./words";
import "./player.css";

/** One artist's page: press Play, listen. */
export function PlayerPage({ slug }: { slug: string }) {
  const { say } = useWords();
  const { session, sink, snapshot } = useSession(slug);
  const [peaks, setPeaks] = useState<readonly [number, number] | null>(null);
  const [detailed, setDetailed] = useState(false);
  const { phase, wanted, room } = snapshot;
  const live = phase === "live";
  const told = useCallback((left: number, right: number) => { setPeaks([left, right]); }, []);
  const artist = room?.performance?.artist_name ?? room?.name ?? "";
  const title = room?.performance?.title ?? "";
  useClock(session, detailed && snapshot.figures?.datable === true);
  useMediaSession(session, artist, title, wanted && phase !== "blocked");
  useTab(artist, live);
  if (phase === "missing") {
    return <Notice title={say("page-state-missing")} line={say("page-state-missing-line")} link={{ to: "/", text: say("page-see-who") }} />;
  }
  const waitsForClick = phase === "blocked" && snapshot.obstacle === "gesture";
  return (
    <main className="player" data-phase={phase}>
      <section className="player-stage">
        <LevelRing stream={live ? snapshot.stream : null} onPeaks={told} />
        <PlayKey
          artist={artist}
          wanted={wanted && !waitsForClick}
          disabled={snapshot.obstacle === "browser"}
          onPlay={() => { session.play(); }}
          onStop={() => { session.stop(); }}
        />
      </section>
      <section className="player-about">
        {/* A name in the address is better than an empty line while the artist is looked for. */}
        <h1>{artist === "" ? slug : artist}</h1>
        {title === "" ? null : <p className="player-title">{title}</p>}
        <State snapshot={snapshot} onRetry={() => { session.hurry(); }} />
        <Volume sink={sink} />
        <Details figures={snapshot.figures} peaks={live ? peaks : null} onOpen={setDetailed} />
      </section>
    </main>
  );
}

/** What is going on, in words that a screen reader announces when they change. */
function State({ snapshot, onRetry }: { snapshot: LiveSnapshot; onRetry: () => void }) {
  const { say } = useWords();
  const { head, line } = wordsOf(snapshot);
  const { phase, room, reachable, serverAheadMs } = snapshot;
  const onAir = reachable && room?.state === "live";
  return (
    <div className="state">
      <div role="status" className="state-word">
        {phase === "live" ? <Pill word={say(head)} /> : <strong>{say(head)}</strong>}
        <p>{say(line)}</p>
      </div>
      {snapshot.patient && (
        <button type="button" className="button" onClick={onRetry}>{say("page-retry")}</button>
      )}
      {onAir && (
        <p className="state-room">
          {room.performance ? <RunningTime startedMs={room.performance.started_ms - serverAheadMs} /> : null}
          <span className="figure">{say("page-listeners", { count: room.listeners })}</span>
        </p>
      )}
    </div>
  );
}

function useTab(artist: string, live: boolean): void {
  const { say } = useWords();
  useEffect(() => {
    if (artist === "") document.title = say("page-product");
    else document.title = say(live ? "page-tab-live" : "page-tab-artist", { artist });
  }, [artist, live, say]);
}
