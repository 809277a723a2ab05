import { useState } from "react";
import { useWords } from "../../i18n/LanguageProvider";
import type { PlainKey, Say } from "../../i18n/say";
import type { Figures } from "../../live/figures";
import { FLOOR_DB } from "../../live/meter";

/** A second column has room for the figures from the start. The same width as in player.css: media cannot read variables. */
// eslint-disable-next-line no-restricted-syntax
const ROOMY = "(width >= 60rem)";

interface Props {
  figures: Figures | null;
  /** Left and right, dBFS. */
  peaks: readonly [number, number] | null;
  onOpen: (open: boolean) => void;
}

type Unit = "ms" | "kbps" | "percent" | "db";
type Row = readonly [PlainKey, number | null, Unit, number];

/** The measured truth about the sound, renewed each second. */
export function Details({ figures, peaks, onOpen }: Props) {
  const { say, language } = useWords();
  const [open] = useState(() => matchMedia(ROOMY).matches);
  return (
    <details className="details" open={open} onToggle={(event) => { onOpen(event.currentTarget.open); }}>
      <summary>{say("page-details")}</summary>
      {figures === null ? (
        <p>{say("page-details-idle")}</p>
      ) : (
        <dl>
          {rows(figures, peaks).map(([key, value, unit, digits]) => (
            <div key={key} data-figure={key}>
              <dt>{say(key)}</dt>
              <dd>{shown(say, language, value, unit, digits)}</dd>
            </div>
          ))}
        </dl>
      )}
    </details>
  );
}

function rows(figures: Figures, peaks: Props["peaks"]): Row[] {
  const share = (value: number | null) => (value === null ? null : value * 100);
  const peak = (db: number | undefined) => (db === undefined || db <= FLOOR_DB ? null : db);
  // Most browsers cannot date the sound yet; a row that never says anything would only take room.
  const stage: Row[] = figures.stageMs === null ? [] : [["page-figure-stage", figures.stageMs, "ms", 0]];
  return [
    ...stage,
    ["page-figure-player", figures.playerMs, "ms", 0],
    ["page-figure-buffer", figures.bufferMs, "ms", 0],
    ["page-figure-trip", figures.tripMs, "ms", 1],
    ["page-figure-jitter", figures.jitterMs, "ms", 1],
    ["page-figure-bitrate", figures.bitrate === null ? null : figures.bitrate / 1000, "kbps", 0],
    ["page-figure-lost", share(figures.lost), "percent", 2],
    ["page-figure-concealed", share(figures.concealed), "percent", 2],
    ["page-figure-left", peak(peaks?.[0]), "db", 1],
    ["page-figure-right", peak(peaks?.[1]), "db", 1],
  ];
}

function shown(say: Say, language: string, value: number | null, unit: Unit, digits: number): string {
  if (value === null) return say("page-unit-unknown");
  const text = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value).replace("-", "−");
  return say(`page-unit-${unit}`, { value: text });
}
