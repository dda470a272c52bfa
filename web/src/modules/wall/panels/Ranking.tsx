import { useState } from 'react';
import type { CaseChild, RegionMeasures } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { along } from '../../../keys/focus';
import { isMedal, placesOf } from '../../../map/figures/ranks';
import { LEAST_BASE, shareOf } from '../../../map/figures/shares';
import { type Face, useFace } from '../../../theme';
import { gridNumber } from '../names';
import type { Theme } from '../state';
import { type TextKey, words } from '../words';
import { Panel } from './Panel';

/** A region with what it is ranked by. */
export interface RankedRegion {
  code: number;
  name: string;
  cases?: CaseChild | undefined;
  measures?: RegionMeasures | undefined;
  /** What the wall has counted there. */
  counted?: number | undefined;
}

interface Key {
  name: string;
  title: TextKey;
  value: (region: RankedRegion) => number | undefined;
  share?: true;
  colour: (face: Face) => string;
}

const KM2 = 1e6;
const cases = (name: 'today' | 'open' | 'overdue', title: TextKey, colour: Key['colour']): Key => ({
  name,
  title,
  colour,
  value: ({ cases: of }) => of?.[name],
});
const today = cases('today', 'rankToday', (face) => face.brand);
const open = cases('open', 'rankOpen', (face) => face.accent);
const overdue = cases('overdue', 'rankOverdue', (face) => face.danger);
const onTime: Key = {
  name: 'onTime',
  title: 'rankOnTime',
  share: true,
  colour: (face) => face.good,
  value: ({ cases: of }) => of && shareOf(of.on_time.numerator, of.on_time.denominator),
};
const people = ({ measures }: RankedRegion) => measures?.people ?? undefined;
const counted = (title: TextKey): Key => ({
  name: 'counted',
  title,
  colour: (face) => face.danger,
  value: (region) => region.counted,
});

/** What the regions are ranked by: what the theme is about. */
export const rankKeys: Record<Theme, readonly Key[]> = {
  overview: [today, open, overdue],
  population: [
    { name: 'people', title: 'figPeople', colour: (face) => face.person, value: (region) => people(region)?.total },
    {
      name: 'density',
      title: 'rankDensity',
      colour: (face) => face.brand,
      value: (region) => {
        const of = people(region);
        return of && region.measures ? Math.round((of.total * KM2) / region.measures.area_m2) : undefined;
      },
    },
    {
      name: 'elderly',
      title: 'rankElderly',
      share: true,
      colour: (face) => face.accent,
      value: (region) => {
        const of = people(region);
        return of && shareOf(of.elderly, of.total);
      },
    },
  ],
  cases: [today, open, overdue, onTime],
  emergency: [counted('rankEmergencies'), overdue],
  night: [counted('rankNightly'), open],
};

interface Props {
  theme: Theme;
  regions: readonly RankedRegion[];
  title: TextKey;
  most: number;
  onRegion: (code: number) => void;
  missing?: TextKey | undefined;
}

/** The regions in the order of a figure; each leads into itself. Equal figures share a place, nothing has none. */
export function Ranking({ theme, regions, title, most, onRegion, missing }: Props) {
  const { t, number } = useI18n(words);
  const face = useFace();
  const keys = rankKeys[theme];
  const [wanted, setWanted] = useState('');
  const key = keys.find(({ name }) => name === wanted) ?? (keys[0] as Key);
  const say = (value: number) => (key.share ? `${number(value * 100, 1)}%` : number(value));
  const sorted = placesOf(
    regions.toSorted((a, b) => a.code - b.code),
    key.value,
    say,
  );
  const ranked = sorted.slice(0, most);
  const top = key.share ? 1 : Math.max(1, ...ranked.map((row) => row.value));
  const few = key.share ? regions.length - sorted.length : 0;
  const none: TextKey | undefined =
    missing ??
    (regions.length === 0 ? 'rankNothing' : ranked.length === 0 ? (key.share ? 'rankFew' : 'rankUnknown') : undefined);
  return (
    <Panel
      name="ranking"
      title={t(title)}
      note={
        <div className="wall-tabs" role="tablist" aria-label={t(title)} onKeyDown={(event) => along(event)?.click()}>
          {keys.map(({ name, title: text }) => (
            <button
              key={name}
              type="button"
              role="tab"
              aria-selected={key.name === name}
              tabIndex={key.name === name ? 0 : -1}
              onClick={() => setWanted(name)}
            >
              {t(text)}
            </button>
          ))}
        </div>
      }
      missing={none}
    >
      <ol className="wall-rank" style={{ '--bar': key.colour(face) }}>
        {ranked.map(({ row, value, place }) => (
          <li key={row.code} className={isMedal(place) ? 'is-medal' : ''}>
            <button type="button" onClick={() => onRegion(row.code)} data-region={row.code} data-place={place ?? ''}>
              <i className="wall-rank-number">{place ?? '–'}</i>
              <span className="wall-bar-name" title={row.name}>
                {gridNumber(row.name)}
              </span>
              <span className="wall-bar-track">
                <i style={{ width: `${(value / top) * 100}%` }} />
              </span>
              <b>{say(value)}</b>
            </button>
          </li>
        ))}
        {few > 0 && (
          <li className="wall-rank-rest">{t('rankLeftOut', { n: number(few), base: number(LEAST_BASE) })}</li>
        )}
      </ol>
    </Panel>
  );
}
