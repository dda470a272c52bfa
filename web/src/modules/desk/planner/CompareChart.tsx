import { Segmented, Select } from 'antd';
import type { EChartsCoreOption } from 'echarts/core';
import { useMemo, useState } from 'react';
import type { Statistics } from '../../../api/client';
import { useCodes } from '../../../api/hooks';
import { useI18n } from '../../../i18n';
import { Chart } from '../../../kit/chart/Chart';
import { nameOf } from '../../../map/describe';
import { metrics, useFace } from '../../../theme';
import { nameRoom } from '../charts/names';
import { type TextKey, words } from '../words';
import { AGES, aged } from './facts';
import type { Column } from './useComparison';

const MOST_ROWS = 8;

type Rows = { code: string; count: number }[];
interface Group {
  key: string;
  title: TextKey;
  table: string;
  of: (statistics: Statistics) => Rows;
}

const groups: readonly Group[] = [
  {
    key: 'ages',
    title: 'agesShort',
    table: '',
    of: (s) =>
      s.people
        ? AGES.map(([from, below]) => ({
            code: below === Infinity ? `${from}+` : `${from}–${below - 1}`,
            count: aged(s, from, below) ?? 0,
          }))
        : [],
  },
  { key: 'categories', title: 'categoriesTitle', table: 'person_category', of: (s) => s.people?.categories ?? [] },
  { key: 'services', title: 'servicesTitle', table: 'service_category', of: (s) => s.people?.services ?? [] },
  { key: 'uses', title: 'usesTitle', table: 'building_use', of: (s) => s.buildings.uses },
  { key: 'types', title: 'typesTitle', table: 'organisation_type', of: (s) => s.organisations.types },
  { key: 'cases', title: 'periodCategories', table: 'case_major', of: (s) => s.cases.categories },
];

/** The areas' make-up as grouped bars: a bar of each area for each kind. */
export default function CompareChart({ columns }: { columns: readonly Column[] }) {
  const { t, number, language } = useI18n(words);
  const face = useFace();
  const codes = useCodes();
  const [key, setKey] = useState('ages');
  const [as, setAs] = useState<'share' | 'count'>('share');
  const offered = groups.filter((group) =>
    columns.some(({ statistics }) => statistics && group.of(statistics).some(({ count }) => count > 0)),
  );
  const group = offered.find((known) => known.key === key) ?? offered[0];

  const chart = useMemo(() => {
    if (!group) return null;
    const all = columns.map(({ statistics }) => (statistics ? group.of(statistics) : []));
    const sums = new Map<string, number>();
    for (const { code, count } of all.flat()) sums.set(code, (sums.get(code) ?? 0) + count);
    // Ages stand in their order, all else by how many there are.
    const kinds =
      group.table === ''
        ? [...sums.keys()]
        : [...sums]
            .sort((a, b) => b[1] - a[1])
            .slice(0, MOST_ROWS)
            .map(([code]) => code);
    const text = { color: face.muted, fontSize: 12, fontFamily: metrics.font };
    const say = (value: number) => (as === 'share' ? `${number(value * 100, 1)}%` : number(value));
    const called = kinds.map((code) => (group.table === '' ? code : nameOf(codes.data, group.table, code, language)));
    const { width, lines } = nameRoom(called, language);
    const option: EChartsCoreOption = {
      animationDuration: 300,
      grid: { left: width + 10, right: 52, top: 4, bottom: 4 },
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: say, confine: true },
      xAxis: { type: 'value', axisLabel: { show: false }, splitLine: { show: false } },
      yAxis: {
        type: 'category',
        inverse: true,
        data: called,
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { ...text, width, interval: 0, ...(lines > 1 ? { overflow: 'break', lineHeight: 14 } : {}) },
      },
      series: columns.map(({ label, colour }, index) => {
        const total = all[index]?.reduce((sum, { count }) => sum + count, 0) ?? 0;
        return {
          type: 'bar',
          name: label,
          color: colour,
          barMaxWidth: 11,
          barGap: '12%',
          barCategoryGap: '26%',
          itemStyle: { borderRadius: [0, 3, 3, 0] },
          label: {
            show: true,
            position: 'right',
            ...text,
            fontSize: 11,
            formatter: ({ value }: { value: number }) => say(value),
          },
          data: kinds.map((code) => {
            const count = all[index]?.find((row) => row.code === code)?.count ?? 0;
            return as === 'share' ? (total > 0 ? count / total : 0) : count;
          }),
        };
      }),
    };
    return { option, height: kinds.length * Math.max(columns.length * 13 + 14, lines > 1 ? 16 + lines * 14 : 0) + 10 };
  }, [group, columns, as, face, number, codes.data, language]);

  if (!group || !chart) return null;
  return (
    <figure className="compare-chart">
      <div className="row-between">
        <Select
          size="small"
          value={group.key}
          onChange={setKey}
          aria-label={t('chartOf')}
          popupMatchSelectWidth={false}
          options={offered.map(({ key: value, title }) => ({ value, label: t(title) }))}
        />
        <Segmented
          size="small"
          value={as}
          onChange={setAs}
          options={[
            { value: 'share', label: t('asShare') },
            { value: 'count', label: t('asCount') },
          ]}
        />
      </div>
      <Chart option={chart.option} height={chart.height} label={`${t('compare')}: ${t(group.title)}`} />
    </figure>
  );
}
