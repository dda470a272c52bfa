import { useMemo } from 'react';
import {
  useCaseFigures,
  useCasesByRegion,
  useCodes,
  useMeasures,
  useMoments,
  useRegion,
  useStatistics,
} from '../../api/hooks';
import { levelOf, liesWithin } from '../../api/levels';
import type { Span } from '../../api/spans';
import type { Figure } from '../../map/figures/figures';
import { countBy, emergenciesOf, isEmergency } from './emergencies';
import { nightFigures, nightOf, openAt, spotsOf } from './nights';
import type { RankedRegion } from './panels/Ranking';
import { past } from './past';
import { levelBelow, type Theme } from './state';
import type { useCases } from './useCases';
import { useFacilities } from './useFacilities';
import { unitOf, usePaint } from './usePaint';
import type { useReplay } from './useReplay';

const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];

interface Wanted {
  region: number | null;
  theme: Theme;
  figure: Figure;
  now: Date;
  replay: ReturnType<typeof useReplay>;
  cases: ReturnType<typeof useCases>;
}

/** All that the panels and the map of a wall are told of, live or as it stood. */
export function useWallFigures({ region, theme, figure, now, replay, cases }: Wanted) {
  const codes = useCodes();
  // While it plays, figures are asked for a few times a second, not for each frame.
  const grain = replay.playing ? Math.max(1_000, replay.speed * 400) : 1_000;
  const moment = replay.at === null ? null : replay.playing ? Math.floor(replay.at / grain) * grain : replay.at;
  const at = useMemo(() => (moment === null ? null : new Date(moment)), [moment]);
  const live = replay.at === null;

  const detail = useRegion(region);
  const figures = useCaseFigures(region, at);
  const statistics = useStatistics(region === null ? null : { kind: 'region', code: region });

  // The moments of the span that is played, as the stage draws them.
  const played = useMoments(region, live ? null : replay.span);
  const shownAt = replay.at ?? now.getTime();
  const minute = Math.floor(shownAt / MINUTE_MS) * MINUTE_MS;
  const happenings = useMemo(() => {
    const all = live
      ? cases.happenings.filter((happening) => region === null || liesWithin(happening.region, region))
      : past(played.data, replay.at ?? 0);
    return theme === 'emergency' ? all.filter(isEmergency) : all;
  }, [live, theme, cases.happenings, region, played.data, replay.at]);

  // What the themes of emergencies and of the night count by themselves.
  const { version } = cases;
  const openCases = useMemo(() => {
    // The spots are kept as they change: their version says that they did.
    void version;
    const all = live ? [...cases.spots().values()] : openAt(played.data ? spotsOf(played.data) : [], minute);
    return region === null ? all : all.filter((spot) => liesWithin(spot.region, region));
  }, [live, version, cases.spots, played.data, minute, region]);
  const emergencies = useMemo(() => emergenciesOf(openCases), [openCases]);
  const isNight = theme === 'night';
  const nightFrom = isNight ? nightOf(minute).from.getTime() : 0;
  const spanFrom = (from: number): Span => ({ kind: 'day', from: new Date(from), to: new Date(from + DAY_MS) });
  const tonight = useMoments(region, isNight ? spanFrom(nightFrom) : null);
  const before = useMoments(region, isNight ? spanFrom(nightFrom - DAY_MS) : null);
  const night = useMemo(
    () => (isNight ? nightFigures(minute, tonight.data, before.data) : undefined),
    [isNight, minute, tonight.data, before.data],
  );
  const counted = theme === 'emergency' ? emergencies : isNight ? (night?.reported ?? null) : null;
  const paint = usePaint(
    region,
    figure,
    at === null ? null : new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS),
    counted,
  );
  const facilities = useFacilities(theme === 'emergency', region, codes.data);

  const level = region === null ? null : levelBelow(region);
  const byRegion = useCasesByRegion(level, region, at);
  const archives = useMeasures(theme === 'population' ? level : null, region);
  const ranked = useMemo((): RankedRegion[] => {
    if (theme === 'population')
      return (archives.data?.regions ?? [])
        .filter(({ code }) => levelOf(code) === level)
        .map((measures) => ({ code: measures.code, name: measures.name, measures }));
    const counts = counted && countBy(counted, unitOf(level));
    return (byRegion.data?.regions ?? []).map((of) => ({
      code: of.code,
      name: of.name,
      cases: of,
      counted: counts ? (counts.get(of.code) ?? 0) : undefined,
    }));
  }, [theme, archives.data, byRegion.data, counted, level]);

  return {
    codes,
    at,
    live,
    detail,
    figures,
    statistics,
    played,
    shownAt,
    happenings,
    emergencies,
    isNight,
    nightFrom,
    tonight,
    night,
    paint,
    facilities,
    level,
    byRegion,
    archives,
    ranked,
  };
}

export type WallFigures = ReturnType<typeof useWallFigures>;
