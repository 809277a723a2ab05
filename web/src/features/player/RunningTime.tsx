import { useEffect, useState } from "react";
import { useWords } from "../../i18n/LanguageProvider";

/** How long the artist has been on air. `startedMs`: UTC in ms. */
export function RunningTime({ startedMs }: { startedMs: number }) {
  const { say } = useWords();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => { setNow(Date.now()); }, 1000);
    return () => { clearInterval(timer); };
  }, []);
  return <span className="figure">{say("page-on-air-for", { time: duration(now - startedMs) })}</span>;
}

/** `1:02` or `1:00:02`. A clock that is behind the server's shows nought. */
export function duration(ms: number): string {
  const seconds = Math.max(Math.floor(ms / 1000), 0);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
