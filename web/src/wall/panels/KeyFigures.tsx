import type { CaseFigures, Statistics } from '../../api/client';
import { useI18n, type TextKey } from '../../i18n';
import { Panel } from './Panel';

/** Half of the last digit that is shown: a tenth of a per cent. */
const LEAST = 0.0005;

/** How a figure stands to another: by how much of it, and whether that is good. */
function Change({ now, before, label, good }: { now: number; before: number | undefined; label: string; good: 'more' | 'less' | 'neither' }) {
  const { number } = useI18n();
  if (before === undefined || before === 0) return <span className="wall-change">{label} —</span>;
  const share = (now - before) / before;
  const { tone, text } = moved(share, good, (size) => `${number(size * 100, size < 0.1 ? 1 : 0)}%`);
  return <span className={`wall-change ${tone}`}><span>{label}</span> <span>{text}</span></span>;
}

/** Up or down by how much, and whether that is good; what rounds to nothing has not moved. */
function moved(by: number, good: 'more' | 'less' | 'neither', say: (size: number) => string): { tone: 'good' | 'bad' | ''; text: string } {
  const size = Math.abs(by);
  if (size < LEAST) return { tone: '', text: '±0' };
  return { tone: good === 'neither' ? '' : by > 0 === (good === 'more') ? 'good' : 'bad', text: `${by > 0 ? '▲' : '▼'} ${say(size)}` };
}

/** Today's figures and what is at hand, each against yesterday at the same time, and last year. */
export function KeyFigures({ figures, statistics, live }: { figures: CaseFigures | undefined; statistics: Statistics | undefined; live: boolean }) {
  const { t, number } = useI18n();
  const ratio = figures?.on_time;
  const before = figures?.on_time_before;
  const share = (part: { numerator: number; denominator: number } | undefined) => (part && part.denominator > 0 ? part.numerator / part.denominator : undefined);
  const [onTime, onTimeBefore] = [share(ratio), share(before)];
  const points = onTime === undefined || onTimeBefore === undefined ? null : moved(onTime - onTimeBefore, 'more', (size) => `${number(size * 100, 1)} ${t('points')}`);
  const cell = (key: TextKey, id: string, value: number | undefined, notes: React.ReactNode, text?: string) => (
    <div className="wall-key">
      <dt>{t(key)}</dt>
      <dd className="wall-figure" data-testid={`wall-${id}`} data-value={value}>{value === undefined ? '—' : (text ?? number(value))}</dd>
      <dd className="wall-changes">{notes}</dd>
    </div>
  );
  return (
    <Panel name="key" title={t('keyFigures')} note={live ? t('keyLive') : t('keyReplay')}>
      <dl className="wall-keys">
        {cell('keyReported', 'reported', figures?.today.reported, figures && (
          <>
            <Change now={figures.today.reported} before={figures.yesterday.reported} label={t('vsYesterday')} good="neither" />
            <Change now={figures.today.reported} before={figures.last_year?.reported} label={t('vsLastYear')} good="neither" />
          </>
        ))}
        {cell('keyEnded', 'ended', figures?.today.ended, figures && (
          <>
            <Change now={figures.today.ended} before={figures.yesterday.ended} label={t('vsYesterday')} good="more" />
            <Change now={figures.today.ended} before={figures.last_year?.ended} label={t('vsLastYear')} good="more" />
          </>
        ))}
        {cell('keyOpen', 'open', figures?.open, figures && <Change now={figures.open} before={figures.open_yesterday} label={t('vsYesterday')} good="less" />)}
        {cell('keyOverdue', 'overdue', figures?.overdue, figures && <Change now={figures.overdue} before={figures.overdue_yesterday} label={t('vsYesterday')} good="less" />)}
        {cell('keyOnTime', 'on-time', onTime, points && (
          <span className={`wall-change ${points.tone}`}><span>{t('vsPeriod')}</span> <span>{points.text}</span></span>
        ), onTime === undefined ? '—' : `${number(onTime * 100, 1)}%`)}
        {cell('keyPeople', 'people', statistics?.people?.total, statistics && !statistics.people ? <span className="wall-change">{t('keyPeopleUnseen')}</span> : statistics?.households != null && <span className="wall-change">{number(statistics.households)} {t('households')}</span>)}
      </dl>
    </Panel>
  );
}
