import "./pill.css";

/** LIVE as a word, a shape and a colour; it pulses slowly unless motion is reduced. */
export function Pill({ word }: { word: string }) {
  return (
    <span className="pill">
      <span className="pill-dot" aria-hidden="true" />
      {word}
    </span>
  );
}
