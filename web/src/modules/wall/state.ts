import { useEffect, useState } from 'react';
import { type Level, levelOf } from '../../api/levels';
import { type Figure, figureOf, figures } from '../../map/figures/figures';

/** What a scene is about: it decides what the panels count and what the map shows of the city. */
export type Theme = 'overview' | 'population' | 'cases' | 'emergency' | 'night';
export const themes: readonly Theme[] = ['overview', 'population', 'cases', 'emergency', 'night'];

export const isTheme = (value: unknown): value is Theme => themes.includes(value as Theme);

const counted = (key: string, zh: string, en: string, scale: Figure['scale']): Figure => ({
  key,
  title: { zh, en },
  unit: { zh: '件', en: 'cases' },
  kind: 'count',
  scale,
  numerator: { from: 'counted', path: '', times: 1 },
  denominator: null,
  isOfPeople: false,
  isOfPeriod: false,
});

/** Figures that the wall counts by itself, of the cases that it follows. */
const ownFigures: readonly Figure[] = [
  counted('emergencies', '在办应急事件', 'Open emergencies', 'ember'),
  counted('nightly', '夜间上报事件', 'Reported at night', 'plum'),
];

/** The figures that colour the regions of a theme: those of the archives and of cases, and the theme's own. */
export const figuresOf = (theme: Theme): readonly Figure[] => [
  ...ownFigures.filter(({ key }) => key === themeFigures[theme][0]),
  ...figures(),
];

/** The figure that a theme colours the regions by, and another for whom there are no people. */
const themeFigures: Record<Theme, readonly [usual: string, withoutPeople: string]> = {
  overview: ['density', 'open'],
  population: ['elderly', 'buildings'],
  cases: ['perThousand', 'reported'],
  emergency: ['emergencies', 'emergencies'],
  night: ['nightly', 'nightly'],
};

/** The figure that a theme colours the regions by, until somebody chooses another: one that the reader sees. */
export const usualFigure = (theme: Theme, seesPeople: boolean): string => themeFigures[theme][seesPeople ? 0 : 1];

/** A figure of a theme by its key: the usual one in place of one that is not there, or not for this reader. */
export function themeFigure(theme: Theme, key: string | null | undefined, seesPeople: boolean): Figure {
  const all = figuresOf(theme);
  const of = (wanted: string | null | undefined) =>
    all.find((figure) => figure.key === wanted && (seesPeople || !figure.isOfPeople));
  return of(key) ?? of(usualFigure(theme, seesPeople)) ?? figureOf(null);
}

/** The themes for a reader: that of the people is nothing without them. */
export const themesFor = (seesPeople: boolean): readonly Theme[] =>
  themes.filter((theme) => seesPeople || theme !== 'population');

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
