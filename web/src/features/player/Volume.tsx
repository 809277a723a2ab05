import { useState } from "react";
import { useWords } from "../../i18n/LanguageProvider";
import type { ElementSink } from "../../live/sink";

/** How loud the page plays; not shown where the page has no say in it. */
export function Volume({ sink }: { sink: ElementSink }) {
  const { say } = useWords();
  const [volume, setVolume] = useState(1);
  const [works] = useState(() => sink.volumeWorks());
  if (!works) return null;
  const change = (share: number) => {
    setVolume(share);
    sink.setVolume(share);
  };
  return (
    <label className="volume">
      <span>{say("page-volume")}</span>
      <input
        type="range"
        min="0"
        max="1"
        step="0.01"
        value={volume}
        aria-valuetext={say("page-unit-percent", { value: Math.round(volume * 100) })}
        onChange={(event) => { change(event.currentTarget.valueAsNumber); }}
      />
    </label>
  );
}
