import { useEffect, useState } from "react";
import { useWords } from "../../i18n/LanguageProvider";
import { utcNow } from "../../live/world";

/** How long the artist has been on air. `startedMs`: UTC in ms by this device's clock. */
export function RunningTime({ startedMs }: { startedMs: number }) {
  const { say } = useWords();
  const [now, setNow] = useState(utcNow);
  useEffect(() => {
    const timer = setInterval(() => { setNow(utcNow()); }, 1000);
    return () => { clearInterval(timer); };
  }, []);
  return <span className="figure">{say("page-on-air-for", { time: duration(now - startedMs) })}</span>;
}

/** `1:02` or `1:00:02`. A start that lies ahead shows nought. */
export function duration(ms: number): string {
  const seconds = Math.max(Math.floor(ms / 1000), 0);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
