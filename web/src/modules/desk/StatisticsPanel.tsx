import { BarChartOutlined, TableOutlined } from '@ant-design/icons';
import { Segmented, Skeleton } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import type { Statistics } from '../../api/client';
import { type Area, useCodes, useRegion, useStatistics } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { PanelProblem } from '../../kit/Problem';
import { Part } from '../../kit/part/Boundary';
import { lazily } from '../../kit/part/lazily';
import { FigureTables } from './FigureTables';
import { figures } from './figures';
import { aged } from './planner/facts';
import { type TextKey, words } from './words';

const FigureCharts = lazily(() => import('./charts/FigureCharts'));

/** The ages that the workbook counts as well (`src/map/report/areas.rs`). */
const [ELDERLY, ADULT] = [60, 15];

/** So long the figures of the area before stay in sight, dimmed, that those of a fast answer don't flash. */
const HELD_MS = 300;

/** Whether something has gone on for so long. */
function useLasting(on: boolean, ms: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!on) return undefined;
    const timer = window.setTimeout(() => setLasting(true), ms);
    return () => {
      window.clearTimeout(timer);
      setLasting(false);
    };
  }, [on, ms]);
  return on && lasting;
}

interface Props {
  area: Area | null;
  permissions: string[];
  onRegion: (code: number, bbox: null) => void;
  /** The name of an area that is no single region. */
  name: string;
  /** What can be done with the area. */
  actions?: ReactNode;
}

/** What an area holds, in figures, charts and tables. */
export function StatisticsPanel({ area, permissions, onRegion, name, actions }: Props) {
  const { t, number, squareMetres, language } = useI18n(words);
  const [form, setForm] = useState<'chart' | 'table'>('chart');
  const region = useRegion(area?.kind === 'region' ? area.code : null);
  const statistics = useStatistics(area);
  const codes = useCodes();
  const held = statistics.isPlaceholderData;
  const late = useLasting(held, HELD_MS) || (held && statistics.failureCount > 0);
  const data = late ? undefined : statistics.data;
  const missing = statistics.error !== null && !data;
  const title = area?.kind === 'region' ? (region.data?.name ?? (missing ? String(area.code) : '…')) : name;
  const path = area?.kind === 'region' ? (region.data?.path.slice(0, -1) ?? []) : [];
  const ofPeople = ({ people }: Statistics, part: number | undefined) =>
    people && people.total > 0 && part !== undefined ? `${number((part / people.total) * 100, 1)}%` : '';
  const km2 =
    data &&
    (data.area_m2 >= 1e5 ? `${number(data.area_m2 / 1e6, 2)} ${t('km2')}` : `${number(data.area_m2)} ${t('m2')}`);

  const key = (label: TextKey, value: number | undefined, testId: string, note = '') => (
    <div className="key">
      <dt>{t(label)}</dt>
      <dd className="figure" data-testid={testId} data-value={held ? undefined : value}>
        {value === undefined ? <Skeleton.Input size="small" active /> : number(value)}
      </dd>
      {note !== '' && <dd className="note">{note}</dd>}
    </div>
  );

  return (
    <section className="statistics" aria-busy={statistics.isFetching} data-held={held && !late}>
      <header>
        <nav className="path" aria-label={t('path')}>
          {path.map((parent) => (
            <button key={parent.code} type="button" onClick={() => onRegion(parent.code, null)}>
              {parent.name}
            </button>
          ))}
        </nav>
        <h2>
          {title}
          {region.data && area?.kind === 'region' && (
            <span className="level">{t(`level_${region.data.level}` as TextKey)}</span>
          )}
        </h2>
        <p className="sub">{km2 ?? '\u00a0'}</p>
      </header>
      {!missing && actions}
      {data?.in_part && (
        <p className="sub" data-testid="in-part">
          {t('inPart')}
        </p>
      )}
      {statistics.error && <PanelProblem error={statistics.error} onRetry={() => void statistics.refetch()} />}
      {!missing && (
        <dl className="keys">
          {(data ? data.people : permissions.includes('person.read')) &&
            key(
              'people',
              data?.people?.total,
              'stat-people',
              data?.households != null ? `${number(data.households)} ${t('households')}` : '',
            )}
          {(data ? data.people : permissions.includes('person.read')) &&
            key(
              'keyElderly',
              data && aged(data, ELDERLY),
              'stat-elderly',
              data ? ofPeople(data, aged(data, ELDERLY)) : '',
            )}
          {(data ? data.people : permissions.includes('person.read')) &&
            key(
              'keyChildren',
              data && aged(data, 0, ADULT),
              'stat-children',
              data ? ofPeople(data, aged(data, 0, ADULT)) : '',
            )}
          {key(
            'buildings',
            data?.buildings.total,
            'stat-buildings',
            data ? squareMetres(data.buildings.floor_area_m2) : '',
          )}
          {key('cases', data?.cases.total, 'stat-cases', data ? `${t('openCases')} ${number(data.cases.open)}` : '')}
          {key('organisations', data?.organisations.total, 'stat-organisations')}
          {key('components', data?.components.total, 'stat-components')}
        </dl>
      )}
      {data?.people && data.people.counted_by !== 'person' && (
        <p className="sub" data-testid="counted-by">
          {t(data.people.counted_by === 'place' ? 'peopleByPlace' : 'categoriesByGrid')}
        </p>
      )}
      {!missing && (
        <Segmented
          size="small"
          value={form}
          onChange={setForm}
          options={[
            { value: 'chart', label: t('chart'), icon: <BarChartOutlined /> },
            { value: 'table', label: t('table'), icon: <TableOutlined /> },
          ]}
        />
      )}
      {data && form === 'chart' && (
        <Part waiting={<Skeleton active />}>
          <FigureCharts statistics={data} figures={figures(data, codes.data, language)} />
        </Part>
      )}
      {data && form === 'table' && <FigureTables statistics={data} figures={figures(data, codes.data, language)} />}
      {area?.kind === 'region' && (region.data?.children.length ?? 0) > 0 && (
        <>
          <h3>
            {t('children')} {region.data?.children.length}
          </h3>
          <div className="children">
            {region.data?.children.map((child) => (
              <button key={child.code} type="button" onClick={() => onRegion(child.code, null)}>
                {child.name}
              </button>
            ))}
          </div>
        </>
      )}
    </section>
  );
}
