import type { EChartsCoreOption } from 'echarts/core';
import { useMemo } from 'react';
import type { Statistics } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { Chart } from '../../../kit/chart/Chart';
import { tokens } from '../../../theme';
import type { Figure } from '../figures';
import { words } from '../words';
import { everyMonth } from './months';
import { nameRoom } from './names';

const text = { color: tokens.muted, fontSize: 12 };
const quiet = { axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: false } };

function pyramid(
  statistics: Statistics,
  male: string,
  female: string,
  number: (value: number) => string,
): EChartsCoreOption {
  const ages = statistics.people?.ages ?? [];
  const beside = (position: 'left' | 'right') => ({
    show: true,
    position,
    ...text,
    fontSize: 10,
    formatter: ({ value }: { value: number }) => (value === 0 ? '' : number(Math.abs(value))),
  });
  return {
    animationDuration: 300,
    grid: { left: 84, right: 44, top: 24, bottom: 4 },
    legend: { top: 0, right: 0, itemWidth: 10, itemHeight: 10, textStyle: text },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      confine: true,
      valueFormatter: (value: number) => number(Math.abs(value)),
    },
    xAxis: { type: 'value', ...quiet, axisLabel: { show: false } },
    yAxis: {
      type: 'category',
      data: ages.map((age) => age.band),
      ...quiet,
      axisLabel: { ...text, fontSize: 11, interval: 0, margin: 44 },
    },
    series: [
      {
        name: male,
        type: 'bar',
        stack: 'age',
        barCategoryGap: '18%',
        color: tokens.male,
        data: ages.map((age) => -age.male),
        label: beside('left'),
      },
      {
        name: female,
        type: 'bar',
        stack: 'age',
        color: tokens.female,
        data: ages.map((age) => age.female),
        label: beside('right'),
      },
    ],
  };
}

function bars(
  figure: Figure,
  colour: string,
  names: number,
  lines: number,
  number: (value: number) => string,
): EChartsCoreOption {
  const rows = [...figure.rows].reverse();
  return {
    animationDuration: 300,
    grid: { left: names + 10, right: 56, top: 2, bottom: 2 },
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, confine: true, valueFormatter: number },
    xAxis: { type: 'value', ...quiet, axisLabel: { show: false } },
    yAxis: {
      type: 'category',
      data: rows.map((row) => row.name),
      ...quiet,
      axisLabel: { ...text, width: names, interval: 0, ...(lines > 1 ? { overflow: 'break', lineHeight: 14 } : {}) },
    },
    series: [
      {
        type: 'bar',
        barWidth: 11,
        color: colour,
        itemStyle: { borderRadius: [0, 3, 3, 0] },
        data: rows.map((row) => row.value),
        label: { show: true, position: 'right', ...text, formatter: ({ value }: { value: number }) => number(value) },
      },
    ],
  };
}

function months(statistics: Statistics, number: (value: number) => string): EChartsCoreOption {
  const rows = everyMonth(statistics.cases.months);
  return {
    animationDuration: 300,
    grid: { left: 44, right: 8, top: 10, bottom: 22 },
    tooltip: { trigger: 'axis', valueFormatter: number },
    xAxis: {
      type: 'category',
      data: rows.map((row) => row.month.slice(2)),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: tokens.line } },
      axisLabel: { ...text, fontSize: 11 },
    },
    yAxis: {
      type: 'value',
      splitNumber: 3,
      minInterval: 1,
      axisLabel: { ...text, fontSize: 11 },
      splitLine: { lineStyle: { color: tokens.line } },
    },
    series: [
      {
        type: 'line',
        smooth: 0.3,
        smoothMonotone: 'x',
        symbolSize: 5,
        color: tokens.case,
        areaStyle: { opacity: 0.1 },
        data: rows.map((row) => row.count),
      },
    ],
  };
}

const COLOURS: Partial<Record<Figure['title'], string>> = {
  casesTitle: tokens.case,
  statusesTitle: tokens.case,
  categoriesTitle: tokens.person,
  servicesTitle: tokens.person,
  usesTitle: tokens.building,
  typesTitle: tokens.organisation,
};

/** A list's bars, with as much room for its names as they take. */
function sized(
  figure: Figure,
  language: string,
  number: (value: number) => string,
): { option: EChartsCoreOption; height: number } {
  const { width, lines } = nameRoom(
    figure.rows.map(({ name }) => name),
    language,
  );
  return {
    option: bars(figure, COLOURS[figure.title] ?? tokens.brand, width, lines, number),
    height: figure.rows.length * (lines > 1 ? 16 + lines * 14 : 24) + 8,
  };
}

/** The figures as charts. */
export default function FigureCharts({ statistics, figures }: { statistics: Statistics; figures: Figure[] }) {
  const { t, number, language } = useI18n(words);
  const ages = useMemo(() => pyramid(statistics, t('male'), t('female'), number), [statistics, t, number]);
  const byMonth = useMemo(() => months(statistics, number), [statistics, number]);
  const lists = useMemo(
    () => figures.map((figure) => ({ figure, ...sized(figure, language, number) })),
    [figures, language, number],
  );
  return (
    <div className="figures">
      {statistics.people && statistics.people.total > 0 && (
        <figure>
          <figcaption>{t('agesTitle')}</figcaption>
          <Chart option={ages} height={268} label={t('agesTitle')} />
        </figure>
      )}
      {statistics.cases.months.length > 0 && (
        <figure>
          <figcaption>{t('monthsTitle')}</figcaption>
          <Chart option={byMonth} height={150} label={t('monthsTitle')} />
        </figure>
      )}
      {lists.map(({ figure, option, height }) => (
        <figure key={figure.title}>
          <figcaption>{t(figure.title)}</figcaption>
          <Chart option={option} height={height} label={t(figure.title)} />
        </figure>
      ))}
    </div>
  );
}
