import { useState } from 'react';
import type { CaseChild } from '../../api/client';
import { useI18n, type TextKey } from '../../i18n';
import { along } from '../../keys/focus';
import { useFace } from '../../theme';
import { Panel } from './Panel';

type Key = 'today' | 'open' | 'overdue' | 'onTime';
const keys: readonly [Key, TextKey][] = [['today', 'rankToday'], ['open', 'rankOpen'], ['overdue', 'rankOverdue'], ['onTime', 'rankOnTime']];

function value(child: CaseChild, key: Key): number | undefined {
  if (key === 'onTime') return child.on_time.denominator > 0 ? child.on_time.numerator / child.on_time.denominator : undefined;
  return child[key];
}

/** A grid by its number alone: its community stands above the list. */
const short = (name: string) => name.replace(/^.+(第.+网格)$/, '$1').replace(/(居民委员会|居委会|村民委员会|村委会)$/, '');

interface Props {
  regions: CaseChild[];
  title: TextKey;
  most: number;
  onRegion: (code: number) => void;
}

/** The regions in the order of a figure; each leads into itself. What has no figure has no rank. */
export function Ranking({ regions, title, most, onRegion }: Props) {
  const { t, number } = useI18n();
  const face = useFace();
  const [key, setKey] = useState<Key>('today');
  const ranked = regions
    .map((child) => ({ child, value: value(child, key) }))
    .filter((row): row is { child: CaseChild; value: number } => row.value !== undefined)
    .toSorted((a, b) => b.value - a.value || a.child.code - b.child.code)
    .slice(0, most);
  const top = key === 'onTime' ? 1 : Math.max(1, ...ranked.map((row) => row.value));
  const colour = { today: face.brand, open: face.accent, overdue: face.danger, onTime: face.good }[key];
  return (
    <Panel
      name="ranking"
      title={t(title)}
      note={
        <div className="wall-tabs" role="tablist" aria-label={t(title)} onKeyDown={(event) => along(event)?.click()}>
          {keys.map(([name, text]) => <button key={name} type="button" role="tab" aria-selected={key === name} tabIndex={key === name ? 0 : -1} onClick={() => setKey(name)}>{t(text)}</button>)}
        </div>
      }
    >
      <ol className="wall-rank" style={{ '--bar': colour }}>
        {ranked.map(({ child, value }, index) => (
          <li key={child.code}>
            <button type="button" onClick={() => onRegion(child.code)} data-region={child.code}>
              <i className="wall-rank-number">{index + 1}</i>
              <span className="wall-bar-name" title={child.name}>{short(child.name)}</span>
              <span className="wall-bar-track"><i style={{ width: `${(value / top) * 100}%` }} /></span>
              <b>{key === 'onTime' ? `${number(value * 100, 1)}%` : number(value)}</b>
            </button>
          </li>
        ))}
        {ranked.length === 0 && <li className="wall-empty">{t('rankNothing')}</li>}
      </ol>
    </Panel>
  );
}
