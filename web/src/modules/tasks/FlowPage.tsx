import { Empty, Segmented, Skeleton, Table, Tag } from 'antd';
import { useMemo, useState } from 'react';
import { Link } from 'react-router';
import { useI18n } from '../../i18n';
import { useModules } from '../../kit/module';
import { Page } from '../../kit/Page';
import { PanelProblem } from '../../kit/Problem';
import classes from './Flow.module.css';
import { BOX, layOut } from './layout';
import { type Process, useProcess } from './queries';
import { type TextKey, words } from './words';

const DAYS = [7, 30, 90, 365] as const;
const PROCESS = 'case';
const [HOUR_MS, MINUTE_MS] = [3_600_000, 60_000];

/** A process: drawn from its definition, with what stands in each step and what was done in a period. */
export default function FlowPage() {
  const { t } = useI18n(words);
  const [days, setDays] = useState<number>(30);
  const { data, error, refetch } = useProcess(PROCESS, days);
  return (
    <Page
      actions={
        <Segmented<number>
          value={days}
          aria-label={t('flowPeriod')}
          options={DAYS.map((value) => ({ value, label: t('flowDays', { n: String(value) }) }))}
          onChange={setDays}
        />
      }
    >
      {error ? (
        <PanelProblem error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Drawn of={data} />
      ) : (
        <Skeleton active />
      )}
    </Page>
  );
}

function Drawn({ of }: { of: Process }) {
  const { t, number, language } = useI18n(words);
  const modules = useModules();
  const { definition, standing, done } = of;
  const counts = useMemo(
    () =>
      new Map(done.map(({ action, from_step, to_step, count }) => [`${action} ${from_step ?? ''} ${to_step}`, count])),
    [done],
  );
  const { boxes, lines, width, height } = useMemo(
    () => layOut(definition, counts, language),
    [definition, counts, language],
  );
  const title = (title: readonly string[]) => title[language === 'en' ? 1 : 0] ?? '';
  const stepTitle = (name: string | null | undefined) => {
    const step = definition.steps.find((one) => one.name === name);
    return step ? title(step.title) : '';
  };
  const address = (step: string) =>
    modules.map(({ addressOfStep }) => addressOfStep?.(definition.name, step)).find((one) => one != null);
  const left = (step: string) => done.filter(({ from_step, to_step }) => from_step === step && to_step !== step);
  const sum = (rows: readonly { count: number }[]) => rows.reduce((all, { count }) => all + count, 0);
  const mean = (step: string) => {
    const timed = left(step).filter(({ mean_ms }) => mean_ms != null);
    const all = sum(timed);
    return all === 0 ? null : timed.reduce((total, { mean_ms, count }) => total + (mean_ms ?? 0) * count, 0) / all;
  };
  const inTime = (step: string) => {
    const rows = left(step);
    const limited = rows.reduce((all, one) => all + one.limited, 0);
    return limited === 0 ? null : rows.reduce((all, one) => all + one.in_time, 0) / limited;
  };
  const limitOf = (name: string | null | undefined): string => {
    if (!name) return '';
    const rules = definition.limits?.[name];
    if (!rules) return t('flowByCase');
    const said = rules.map(({ severities = [], limit }) =>
      severities.length > 0 ? t('flowUrgent', { limit: sayLimit(limit, t) }) : sayLimit(limit, t),
    );
    // What holds for all stands first.
    return said.reverse().join(t('flowComma'));
  };
  return (
    <div className={classes['page']}>
      <section className={`tile ${classes['tile']}`} aria-label={title(definition.title)}>
        <p className="hint-text">
          {title(definition.title)} · {t('flowVersion', { n: String(of.version) })} · {t('flowHint')}
        </p>
        <div className={classes['scroll']}>
          <svg
            viewBox={`0 0 ${width} ${height}`}
            width={width}
            height={height}
            role="img"
            aria-label={t('flowTitle')}
            data-testid="flow"
          >
            <title>{title(definition.title)}</title>
            <defs>
              <marker
                id="flow-arrow"
                viewBox="0 0 8 8"
                refX="6"
                refY="4"
                markerWidth="7"
                markerHeight="7"
                orient="auto"
              >
                <path d="M0 0L8 4L0 8z" className={classes['arrow']} />
              </marker>
            </defs>
            {lines.map(({ from, to, titles, count, path, labelX, labelY }) => (
              <g key={`${from} ${to}`} className={classes['line']} data-used={count > 0}>
                <title>{`${titles.join(' / ')}：${number(count)}`}</title>
                <path d={path} markerEnd="url(#flow-arrow)" />
                {count > 0 && (
                  <text x={labelX} y={labelY}>
                    {number(count)}
                  </text>
                )}
              </g>
            ))}
            {boxes.map(({ name, title: text, x, y, isEnd }) => (
              <g key={name} className={classes['box']} data-end={isEnd} transform={`translate(${x} ${y})`}>
                <rect width={BOX.width} height={BOX.height} rx={isEnd ? BOX.height / 2 : 8} />
                <text x={BOX.width / 2} y={isEnd ? 33 : 24}>
                  {text}
                </text>
                {!isEnd && (
                  <text x={BOX.width / 2} y={44} className={classes['small']}>
                    {t('flowStanding', { n: number(standing[name] ?? 0) })}
                  </text>
                )}
              </g>
            ))}
          </svg>
        </div>
      </section>
      <section className="tile" aria-label={t('flowSteps')}>
        <h2>{t('flowSteps')}</h2>
        <Table
          size="small"
          pagination={false}
          scroll={{ x: 'max-content' }}
          rowKey="name"
          dataSource={definition.steps.filter(({ is_end }) => !is_end)}
          columns={[
            { title: t('flowStep'), render: (_, step) => title(step.title) },
            { title: t('flowLimit'), render: (_, step) => limitOf(step.limit) },
            {
              title: t('flowNow'),
              render: (_, step) => {
                const to = address(step.name);
                const count = number(standing[step.name] ?? 0);
                return to ? <Link to={to}>{count}</Link> : count;
              },
            },
            { title: t('flowLeft'), render: (_, step) => number(sum(left(step.name))) },
            { title: t('flowMean'), render: (_, step) => sayMean(mean(step.name), t, number) },
            {
              title: t('flowInTime'),
              render: (_, step) => {
                const share = inTime(step.name);
                return share === null ? '—' : `${number(share * 100, 2)}%`;
              },
            },
          ]}
        />
      </section>
      <section className="tile" aria-label={t('flowActions')}>
        <h2>{t('flowActions')}</h2>
        <Table
          size="small"
          pagination={false}
          scroll={{ x: 'max-content' }}
          rowKey={({ action, from_step, to_step }) => `${action} ${from_step} ${to_step}`}
          dataSource={[...done].filter(({ action }) => action !== 'imported').sort((a, b) => b.count - a.count)}
          locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('flowNone')} /> }}
          columns={[
            {
              title: t('flowAction'),
              render: (_, { action }) =>
                title(definition.transitions.find((one) => one.action === action)?.title ?? [action, action]),
            },
            { title: t('flowFrom'), render: (_, { from_step }) => stepTitle(from_step) },
            { title: t('flowTo'), render: (_, { to_step }) => <Tag>{stepTitle(to_step)}</Tag> },
            { title: t('flowCount'), render: (_, { count }) => number(count) },
            { title: t('flowMean'), render: (_, { mean_ms }) => sayMean(mean_ms ?? null, t, number) },
          ]}
        />
      </section>
    </div>
  );
}

type Say = (key: TextKey, values?: Record<string, string>) => string;

/** A limit in words. */
function sayLimit({ unit, amount }: { unit: string; amount: number }, t: Say): string {
  if (unit === 'working_days') return t('workDays', { n: String(amount) });
  if (amount < 60) return t(unit === 'clock_minutes' ? 'minutes' : 'workMinutes', { n: String(amount) });
  const hours = String(Math.round((amount / 60) * 10) / 10);
  return unit === 'clock_minutes' ? t('clockHours', { n: hours }) : t('workHours', { n: hours });
}

/** A mean time in words. */
function sayMean(ms: number | null, t: Say, number: (value: number, digits?: number) => string): string {
  if (ms === null) return '—';
  if (ms < MINUTE_MS) return t('flowMoment');
  return ms < HOUR_MS
    ? t('minutes', { n: number(ms / MINUTE_MS, 1) })
    : t('clockHours', { n: number(ms / HOUR_MS, 1) });
}
