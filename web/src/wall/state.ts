import { useEffect, useState } from 'react';
import { figureOf, maySee, seenFigure } from '../figures/figures';
import { levelOf, type Level } from '../map/levels';

/** What a scene is about: it decides what the map shows of the city. */
export type Theme = 'overview' | 'population' | 'cases' | 'emergency' | 'night';
export const themes: readonly Theme[] = ['overview', 'population', 'cases', 'emergency', 'night'];

export const isTheme = (value: unknown): value is Theme => themes.includes(value as Theme);

const themeFigure: Record<Theme, string> = { overview: 'density', population: 'elderly', cases: 'perThousand', emergency: 'open', night: 'density' };

/** The figure that a theme colours the regions by, until somebody chooses another: one that the reader may see. */
export const usualFigure = (theme: Theme, permissions: readonly string[]): string => seenFigure(themeFigure[theme], permissions);

/** The themes for a reader: that of the people is nothing without them. */
export const themesFor = (permissions: readonly string[]): readonly Theme[] => themes.filter((theme) => theme !== 'population' || maySee(figureOf(themeFigure[theme]), permissions));

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
