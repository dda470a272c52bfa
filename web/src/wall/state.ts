import { useEffect, useState } from 'react';
import { levelOf, type Level } from '../map/levels';

/** What a scene is about: it decides what the map shows of the city. */
export type Theme = 'overview' | 'population' | 'cases' | 'emergency' | 'night';
export const themes: readonly Theme[] = ['overview', 'population', 'cases', 'emergency', 'night'];

export const isTheme = (value: unknown): value is Theme => themes.includes(value as Theme);

/** The figure that a theme colours the regions by, until somebody chooses another. */
export const themeFigure: Record<Theme, string> = { overview: 'density', population: 'elderly', cases: 'perThousand', emergency: 'open', night: 'density' };

/** The level whose regions are coloured and ranked within a region. */
export function levelBelow(region: number): Level | null {
  switch (levelOf(region)) {
    case 'county':
    case null:
      return 'street';
    case 'street':
      return 'community';
    case 'community':
      return 'grid';
    default:
      return null;
  }
}

/** The level whose regions are coloured: finer than what is ranked, so that the city has a grain. */
export function paintedLevel(region: number): Level | null {
  switch (levelOf(region)) {
    case null:
    case 'county':
      return 'community';
    case 'street':
    case 'community':
      return 'grid';
    default:
      return null;
  }
}

/** The moment, each second. */
export function useNow(): Date {
  const [now, set] = useState(() => new Date());
  useEffect(() => {
    const timer = window.setInterval(() => set(new Date()), 1000);
    return () => window.clearInterval(timer);
  }, []);
  return now;
}

const DAY_MS = 86_400_000;
/** China's offset, all year. */
const CHINA_MS = 8 * 3_600_000;

/** The start of the moment's day in China. */
export function dayOf(at: Date): Date {
  return new Date(Math.floor((at.getTime() + CHINA_MS) / DAY_MS) * DAY_MS - CHINA_MS);
}

/** The day in China as 2026-11-24. */
export const dateText = (at: Date): string => new Date(at.getTime() + CHINA_MS).toISOString().slice(0, 10);

/** A span that is played back: a day, or a month. */
export interface Span {
  kind: 'day' | 'month';
  from: Date;
  to: Date;
}

/** The day or the month of a moment, up to now at the latest. */
export function spanOf(kind: Span['kind'], at: Date, now: Date): Span {
  if (kind === 'day') {
    const from = dayOf(at);
    return { kind, from, to: new Date(Math.min(from.getTime() + DAY_MS, now.getTime())) };
  }
  const [year, month] = dateText(at).split('-').map(Number);
  const from = new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, 1) - CHINA_MS);
  const next = new Date(Date.UTC(year ?? 0, month ?? 1, 1) - CHINA_MS);
  return { kind, from, to: new Date(Math.min(next.getTime(), now.getTime())) };
}
