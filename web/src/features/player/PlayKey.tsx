import { useWords } from "../../i18n/LanguageProvider";

interface Props {
  artist: string;
  wanted: boolean;
  disabled: boolean;
  onPlay: () => void;
  onStop: () => void;
}

/** The one big key: Play, and once pressed, Stop. */
export function PlayKey({ artist, wanted, disabled, onPlay, onStop }: Props) {
  const { say } = useWords();
  const word = wanted ? say("page-stop") : say("page-play");
  const name = artist === "" ? word : say(wanted ? "page-stop-artist" : "page-play-artist", { artist });
  return (
    <button
      id="play"
      type="button"
      className="play"
      data-wanted={wanted}
      aria-label={name}
      disabled={disabled}
      onClick={wanted ? onStop : onPlay}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        {wanted ? <rect x="6" y="6" width="12" height="12" rx="1.5" /> : <path d="M8 4.6a1 1 0 0 1 1.5-.9l11 6.6a2 2 0 0 1 0 3.4l-11 6.6a1 1 0 0 1-1.5-.9z" />}
      </svg>
      <span>{word}</span>
    </button>
  );
}
