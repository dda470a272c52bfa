import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useMoments } from '../../api/hooks';
import { type Span, spanOf } from '../../api/spans';

/** Seconds of the city's time that pass in one of ours. */
export const speeds = [60, 600, 3_600, 21_600] as const;
const FRAME_MS = 125;

export interface Replay {
  /** The moment that is shown, milliseconds since 1970; nothing while the wall is live. */
  at: number | null;
  span: Span;
  playing: boolean;
  speed: number;
  setAt: (at: number | null) => void;
  setSpan: (kind: Span['kind'], at: Date) => void;
  setPlaying: (playing: boolean) => void;
  setSpeed: (speed: number) => void;
  /** Reports by part of the span: hours of a day, days of a month. */
  bins: number[];
}

/** A day or a month, played back at any speed. */
export function useReplay(region: number | null, start: Date | null, now: Date): Replay {
  const [at, setAt] = useState<number | null>(start?.getTime() ?? null);
  // A moment of the span that is shown; nothing while it is the span of now, which moves on with the days.
  const [chosen, choose] = useState<{ kind: Span['kind']; at: number | null }>({
    kind: 'day',
    at: start?.getTime() ?? null,
  });
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<number>(speeds[1]);
  // A span that ends now grows; minutes are fine enough for its picture.
  const minute = Math.floor(now.getTime() / 60_000) * 60_000;
  const span = useMemo(() => spanOf(chosen.kind, new Date(chosen.at ?? minute), new Date(minute)), [chosen, minute]);
  const moments = useMoments(region, span);
  const bins = useMemo(() => {
    const parts =
      span.kind === 'day' ? 24 : Math.max(1, Math.ceil((span.to.getTime() - span.from.getTime()) / 86_400_000));
    const part = span.kind === 'day' ? 3_600_000 : 86_400_000;
    const counts = new Array<number>(parts).fill(0);
    for (const reported of moments.data?.reported ?? []) {
      const index = Math.floor((reported * 1000 - span.from.getTime()) / part);
      if (index >= 0 && index < parts) counts[index] = (counts[index] ?? 0) + 1;
    }
    return counts;
  }, [moments.data, span]);

  const end = useRef(span.to.getTime());
  useEffect(() => {
    end.current = span.to.getTime();
  }, [span]);
  useEffect(() => {
    if (!playing) return undefined;
    let last = performance.now();
    const timer = window.setInterval(() => {
      const passed = performance.now() - last;
      last = performance.now();
      setAt((before) => {
        const next = (before ?? 0) + passed * speed;
        if (next >= end.current) {
          setPlaying(false);
          return end.current;
        }
        return next;
      });
    }, FRAME_MS);
    return () => window.clearInterval(timer);
  }, [playing, speed]);

  const isLive = useRef(at === null);
  useEffect(() => {
    isLive.current = at === null;
  }, [at]);
  return {
    at,
    span,
    playing,
    speed,
    bins,
    setSpeed,
    setSpan: useCallback(
      (kind: Span['kind'], moment: Date) => choose({ kind, at: isLive.current ? null : moment.getTime() }),
      [],
    ),
    setAt: useCallback((next: number | null) => {
      isLive.current = next === null;
      setAt(next);
      if (next === null) setPlaying(false);
      choose((before) => ({ ...before, at: next === null ? null : baseOf(before, next) }));
    }, []),
    setPlaying: useCallback(
      (next: boolean) => {
        if (next) {
          isLive.current = false;
          const from = spanStart(end.current, chosen.kind);
          setAt((before) => (before === null || before >= end.current ? from : before));
          choose((before) => ({ ...before, at: before.at ?? from }));
        }
        setPlaying(next);
      },
      [chosen.kind],
    ),
  };
}

/** The moment by which the span is known that shows another: the one of before while its span holds it. */
function baseOf(chosen: { kind: Span['kind']; at: number | null }, moment: number): number {
  const span = spanOf(chosen.kind, new Date(chosen.at ?? Date.now()), new Date());
  return span.from.getTime() <= moment && moment <= span.to.getTime() ? (chosen.at ?? span.from.getTime()) : moment;
}

/** Where a span that ends at a moment starts. */
function spanStart(end: number, kind: Span['kind']): number {
  return spanOf(kind, new Date(end - 1), new Date(end)).from.getTime();
}
