import { useEffect, useMemo, useRef, type RefObject } from "react";
import { decibels, FLOOR_DB, Needle, place, zone } from "../../live/meter";
import { LevelTap } from "../../live/levels";

/** Marks on each side of the ring. */
const MARKS = 48;
/** The drawing's own units; the ring scales with its place. */
const SIZE = 200;
const OUTER = 98;
const INNER = 88;
/** The ring is open below: half of the gap, in radians. */
const GAP = 0.32;
/** Between tellings of the peaks, in ms. */
const TELL_MS = 1000;

interface Props {
  /** The sound being played; null while there is none. */
  stream: MediaStream | null;
  /** Told the highest level of each side since the last telling, in dBFS, about once a second. */
  onPeaks: (left: number, right: number) => void;
}

/** Left and right as the two sides of a ring: RMS as the body, the held peak as one mark. Dark without sound. */
export function LevelRing({ stream, onPeaks }: Props) {
  const svg = useRef<SVGSVGElement>(null);
  useMeter(svg, stream, onPeaks);
  const marks = useMemo(() => [-1, 1].map((side) => Array.from({ length: MARKS }, (_, index) => mark(side, index))), []);
  return (
    <svg ref={svg} className="ring" viewBox={`0 0 ${SIZE} ${SIZE}`} aria-hidden="true">
      {marks.map((side, which) => (
        <g key={which}>
          {side.map((d, index) => (
            <path key={index} d={d} className={`ring-mark ring-${zone(level(index))}`} />
          ))}
        </g>
      ))}
    </svg>
  );
}

/** The level at which mark `index` lights, in dBFS. */
function level(index: number): number {
  const at = (index + 0.5) / MARKS;
  let low = FLOOR_DB;
  let high = 0;
  for (let step = 0; step < 20; step += 1) {
    const middle = (low + high) / 2;
    if (place(middle) < at) low = middle;
    else high = middle;
  }
  return high;
}

function mark(side: number, index: number): string {
  const angle = GAP + ((Math.PI - GAP - 0.03) * (index + 0.5)) / MARKS;
  const [x, y] = [side * Math.sin(angle), Math.cos(angle)];
  const point = (radius: number) => `${(SIZE / 2 + radius * x).toFixed(2)} ${(SIZE / 2 + radius * y).toFixed(2)}`;
  return `M${point(INNER)}L${point(OUTER)}`;
}

function useMeter(svg: RefObject<SVGSVGElement | null>, stream: MediaStream | null, onPeaks: Props["onPeaks"]): void {
  useEffect(() => {
    const tap = stream === null ? null : tapOf(stream);
    if (tap === null || svg.current === null) return;
    const sides = [...svg.current.querySelectorAll("g")].map((group) => [...group.children]);
    const stop = run(tap, sides, onPeaks);
    return () => {
      stop();
      tap.close();
      for (const marks of sides) light(marks, undefined);
    };
  }, [svg, stream, onPeaks]);
}

/** Null without WebAudio: the sound plays, the meter stays dark. */
function tapOf(stream: MediaStream): LevelTap | null {
  try {
    return new LevelTap(stream);
  } catch {
    return null;
  }
}

/** Draws at the display's rate until the answer is called. */
function run(tap: LevelTap, sides: Element[][], onPeaks: Props["onPeaks"]): () => void {
  const needles = [new Needle(), new Needle()];
  const highest: [number, number] = [0, 0];
  let toldAt = 0;
  let frame = requestAnimationFrame(draw);
  function draw(now: number): void {
    frame = requestAnimationFrame(draw);
    const levels = tap.look();
    if (levels === null) return;
    levels.forEach((heard, side) => {
      needles[side]?.move(heard, now);
      highest[side] = Math.max(highest[side] ?? 0, heard.peak);
      light(sides[side] ?? [], needles[side]);
    });
    if (now - toldAt >= TELL_MS) {
      onPeaks(decibels(highest[0]), decibels(highest[1]));
      highest.fill(0);
      toldAt = now;
    }
  }
  return () => { cancelAnimationFrame(frame); };
}

function light(marks: Element[], needle: Needle | undefined): void {
  const body = needle ? Math.round(place(needle.body) * MARKS) : 0;
  const peak = needle && needle.peak > FLOOR_DB ? Math.min(Math.floor(place(needle.peak) * MARKS), MARKS - 1) : -1;
  marks.forEach((element, index) => { element.classList.toggle("lit", index < body || index === peak); });
}
