import { useQuery } from '@tanstack/react-query';
import { DatePicker, Empty, Segmented, Select, Skeleton, Table, type TableProps } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { Link, useSearchParams } from 'react-router';
import { client, take } from '../../api/client';
import { useI18n } from '../../i18n';
import type { PageProps } from '../../kit/module';
import { Page } from '../../kit/Page';
import { PanelProblem } from '../../kit/Problem';
import { RegionPicker } from '../../kit/pick/RegionPicker';
import { sayActor, useCaseNames } from './names';
import classes from './Statistics.module.css';
import { linkOf, type Rate, type Row, type Statistics, shareOf } from './statistics';
import { words } from './words';

const SPLITS = ['region', 'unit', 'major', 'channel', 'person', 'day', 'month'] as const;
const SHOWN = ['reporting', 'handling', 'closing', 'times'] as const;
const STEPS = ['accept', 'verify', 'file', 'dispatch', 'dispose', 'check', 'settle'] as const;
const DATE = 'YYYY-MM-DD';
const USUAL_DAYS = 29;
const HOUR_MS = 3_600_000;

/** What was counted of cases in a period, side by side: each figure leads to its cases. */
export default function StatisticsPage({ session }: PageProps) {
  const { t } = useI18n(words);
  const names = useCaseNames();
  const [asked, ask] = useSearchParams();
  const set = (changes: Record<string, string | undefined>) =>
    ask((before) => {
      const after = new URLSearchParams(before);
      for (const [name, value] of Object.entries(changes)) {
        if (value) after.set(name, value);
        else after.delete(name);
      }
      return after;
    });
  const by = SPLITS.find((one) => one === asked.get('by')) ?? 'region';
  const shown = SHOWN.find((one) => one === asked.get('shown')) ?? 'handling';
  const to = asked.get('to') ?? dayjs().format(DATE);
  const from = asked.get('from') ?? dayjs(to).subtract(USUAL_DAYS, 'day').format(DATE);
  // Who has one region looks into it, not at it.
  const [own, ...others] = session.regions;
  const narrowed: Readonly<Record<string, string>> = {
    ...(own && others.length === 0 ? { region: String(own.code) } : {}),
    ...Object.fromEntries(
      ['region', 'major', 'channel'].flatMap((name) => (asked.get(name) ? [[name, asked.get(name) ?? '']] : [])),
    ),
  };
  const query = { from, to, by, ...narrowed };
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['case-statistics', query],
    queryFn: ({ signal }) => take(client.GET('/api/cases/statistics', { params: { query: query as never }, signal })),
    placeholderData: (before) => before,
  });
  const today = dayjs();
  const presets: { label: string; value: [Dayjs, Dayjs] }[] = [
    { label: t('statToday'), value: [today, today] },
    { label: t('statMonth'), value: [today.startOf('month'), today] },
    {
      label: t('statMonthBefore'),
      value: [today.subtract(1, 'month').startOf('month'), today.subtract(1, 'month').endOf('month')],
    },
    { label: t('statYear'), value: [today.startOf('year'), today] },
  ];
  return (
    <Page about={t('statAbout')}>
      <div className={classes['bar']} role="search">
        <DatePicker.RangePicker
          allowClear={false}
          aria-label={t('statPeriod')}
          value={[dayjs(from), dayjs(to)]}
          presets={presets}
          maxDate={today}
          onChange={(picked) => set({ from: picked?.[0]?.format(DATE), to: picked?.[1]?.format(DATE) })}
          data-testid="stat-period"
        />
        <div className={classes['region']}>
          <RegionPicker
            label={t('caseRegion')}
            value={narrowed['region'] ?? ''}
            onChange={(code) => set({ region: code ?? '' })}
          />
        </div>
        <Select
          value={narrowed['major'] ?? ''}
          aria-label={t('caseMajor')}
          popupMatchSelectWidth={false}
          showSearch={{ optionFilterProp: 'label' }}
          options={[{ value: '', label: t('statAnyMajor') }, ...names.options('case_major')]}
          onChange={(major) => set({ major })}
        />
        <Select
          value={narrowed['channel'] ?? ''}
          aria-label={t('caseChannel')}
          popupMatchSelectWidth={false}
          options={[{ value: '', label: t('statAnyChannel') }, ...names.options('case_channel')]}
          onChange={(channel) => set({ channel })}
        />
        <Segmented
          value={by}
          aria-label={t('statBy')}
          options={SPLITS.map((value) => ({ value, label: t(`statBy_${value}`) }))}
          onChange={(next) => set({ by: next === 'region' ? '' : next })}
          data-testid="stat-by"
        />
      </div>
      <Segmented
        value={shown}
        aria-label={t('statShown')}
        options={SHOWN.map((value) => ({ value, label: t(`statShown_${value}`) }))}
        onChange={(next) => set({ shown: next === 'handling' ? '' : next })}
        data-testid="stat-shown"
      />
      {error && !data ? (
        <PanelProblem error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <div className={classes['table']} data-waiting={isPlaceholderData} data-testid="statistics">
          <StatisticsTable
            of={data}
            shown={shown}
            narrowed={narrowed}
            onOpen={by === 'region' ? (region) => set({ region }) : undefined}
          />
        </div>
      ) : (
        <Skeleton active />
      )}
    </Page>
  );
}

interface TableOf {
  of: Statistics;
  shown: (typeof SHOWN)[number];
  narrowed: Readonly<Record<string, string>>;
  onOpen: ((key: string) => void) | undefined;
}

function StatisticsTable({ of, shown, narrowed, onOpen }: TableOf) {
  const { t, number } = useI18n(words);
  const hours = (ms: number) => t('statHours', { n: number(ms / HOUR_MS, 1) });
  const rates = of.rates.filter(({ group }) => group === shown);
  const named = ({ key, name }: Row) => {
    if (key !== '') return of.by === 'person' ? sayActor(name || key, t) : name || key;
    return t(of.by === 'unit' ? 'statNoUnit' : of.by === 'person' ? 'statNobody' : 'statUnknown');
  };
  const cell = (rate: Rate, row: Row, isTotal: boolean) => (
    <Figure
      rate={rate}
      row={row}
      yearBefore={isTotal ? of.year_before : null}
      address={linkOf(of, narrowed, isTotal)}
    />
  );
  const timed = (row: Row, step: string) => {
    const time = row.times.find((one) => one.step === step);
    if (!time) return <span className={classes['none']}>–</span>;
    return (
      <>
        <b>{hours(time.mean_ms)}</b>
        <span className={classes['parts']}>{t('statP90', { time: hours(time.p90_ms), n: number(time.count) })}</span>
      </>
    );
  };
  type Columns = NonNullable<TableProps<Row>['columns']>;
  const figures: Columns =
    shown === 'times'
      ? STEPS.map((step) => ({
          key: step,
          title: t(`statStep_${step}`),
          align: 'right' as const,
          render: (_: unknown, row: Row) => timed(row, step),
        }))
      : rates.map((rate) => ({
          key: rate.title,
          title: rate.title,
          align: 'right' as const,
          sorter: (a: Row, b: Row) => (shareOf(rate, a) ?? -1) - (shareOf(rate, b) ?? -1),
          render: (_: unknown, row: Row) => cell(rate, row, false),
        }));
  // People are set side by side, never in an order of merit.
  const columns = of.by === 'person' ? figures.map((column) => ({ ...column, sorter: false })) : figures;
  return (
    <Table<Row>
      size="small"
      rowKey="key"
      dataSource={of.rows}
      pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
      scroll={{ x: 'max-content' }}
      locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('statNone')} /> }}
      columns={[
        {
          key: 'name',
          title: t(`statRow_${of.by}`),
          fixed: 'left',
          render: (_, row) =>
            onOpen && row.key !== '' && Number(row.key) % 1000 === 0 ? (
              <button type="button" className={classes['open']} onClick={() => onOpen(row.key)}>
                {named(row)}
              </button>
            ) : (
              named(row)
            ),
        },
        ...columns,
      ]}
      summary={() =>
        of.rows.length > 0 && (
          <Table.Summary fixed>
            <Table.Summary.Row>
              <Table.Summary.Cell index={0}>
                <b>{t('statTotal')}</b>
                <span className={classes['parts']}>{t('statYearBefore')}</span>
              </Table.Summary.Cell>
              {shown === 'times'
                ? STEPS.map((step, at) => (
                    <Table.Summary.Cell key={step} index={at + 1} align="right">
                      {timed(of.total, step)}
                    </Table.Summary.Cell>
                  ))
                : rates.map((rate, at) => (
                    <Table.Summary.Cell key={rate.title} index={at + 1} align="right">
                      {cell(rate, of.total, true)}
                    </Table.Summary.Cell>
                  ))}
            </Table.Summary.Row>
          </Table.Summary>
        )
      }
    />
  );
}

interface FigureOf {
  rate: Rate;
  row: Row;
  yearBefore: Row | null;
  address: (tally: string, row: Row) => string;
}

/** A figure with what it is reckoned of; each part leads to its cases. */
function Figure({ rate, row, yearBefore, address }: FigureOf) {
  const { t, number } = useI18n(words);
  const percent = (share: number) => `${number(share * 100, 1)}%`;
  const count = (tally: string) => {
    const counted = row.counts[tally] ?? 0;
    return counted === 0 ? number(0) : <Link to={address(tally, row)}>{number(counted)}</Link>;
  };
  const share = shareOf(rate, row);
  const before = yearBefore && shareOf(rate, yearBefore);
  const isShare = rate.denominator != null;
  const said = (value: number) => (isShare ? percent(value) : number(value));
  return (
    <>
      {isShare ? (
        <>
          <b>{share === null ? <span className={classes['none']}>–</span> : percent(share)}</b>
          <span className={classes['parts']}>
            {count(rate.numerator)} / {count(rate.denominator ?? '')}
          </span>
        </>
      ) : (
        <b>{count(rate.numerator)}</b>
      )}
      {yearBefore && (
        <span className={classes['parts']}>
          {before === null ? t('statNoYear') : t('statYear_was', { n: said(before) })}
        </span>
      )}
    </>
  );
}
