import type { EChartsCoreOption } from 'echarts/core';
import { useMemo } from 'react';
import type { CaseFigures } from '../../../api/client';
import { useCodes } from '../../../api/hooks';
import { useI18n } from '../../../i18n';
import { Chart } from '../../../kit/chart/Chart';
import { nameOf } from '../../../map/describe';
import { metrics, useFace } from '../../../theme';
import { nameRoom } from '../charts/names';
import { words } from '../words';

const MOST_ROWS = 8;

/** Two periods over each other, day by day, and their categories side by side. */
export default function PeriodChart({ first, second }: { first: CaseFigures; second: CaseFigures }) {
  const { t, number, language } = useI18n(words);
  const face = useFace();
  const codes = useCodes();
  const names = useMemo(() => [t('periodA'), t('periodB')] as const, [t]);
  const text = useMemo(() => ({ color: face.muted, fontSize: 12, fontFamily: metrics.font }), [face]);
  const colours = useMemo(() => [face.series[5] ?? face.muted, face.series[0] ?? face.brand] as const, [face]);

  const daily = useMemo((): EChartsCoreOption => {
    const count = Math.max(first.daily.length, second.daily.length);
    const of = (figures: CaseFigures) => Array.from({ length: count }, (_, at) => figures.daily[at]?.reported ?? null);
    return {
      animationDuration: 300,
      grid: { left: 40, right: 8, top: 28, bottom: 22 },
      legend: { top: 0, right: 0, itemWidth: 14, itemHeight: 8, textStyle: text },
      tooltip: {
        trigger: 'axis',
        valueFormatter: (value: number | null) => (value === null ? '—' : number(value)),
        confine: true,
      },
      xAxis: {
        type: 'category',
        data: Array.from({ length: count }, (_, at) => String(at + 1)),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: face.line } },
        axisLabel: { ...text, fontSize: 11 },
      },
      yAxis: {
        type: 'value',
        splitNumber: 3,
        minInterval: 1,
        axisLabel: { ...text, fontSize: 11 },
        splitLine: { lineStyle: { color: face.line } },
      },
      series: [first, second].map((figures, index) => ({
        type: 'line',
        name: names[index],
        color: colours[index],
        symbol: 'none',
        smooth: 0.2,
        lineStyle: { width: 2, type: index === 0 ? 'dashed' : 'solid' },
        data: of(figures),
      })),
    };
  }, [first, second, face, names, text, number, colours]);

  const categories = useMemo(() => {
    const sums = new Map<string, number>();
    for (const { code, count } of [...first.categories, ...second.categories])
      sums.set(code, (sums.get(code) ?? 0) + count);
    const kinds = [...sums]
      .sort((a, b) => b[1] - a[1])
      .slice(0, MOST_ROWS)
      .map(([code]) => code);
    const called = kinds.map((code) => nameOf(codes.data, 'case_major', code, language));
    const room = nameRoom(called, language);
    const option: EChartsCoreOption = {
      animationDuration: 300,
      grid: { left: room.width + 10, right: 48, top: 4, bottom: 4 },
      tooltip: {
        trigger: 'axis',
        axisPointer: { type: 'shadow' },
        valueFormatter: (value: number) => number(value),
        confine: true,
      },
      xAxis: { type: 'value', axisLabel: { show: false }, splitLine: { show: false } },
      yAxis: {
        type: 'category',
        inverse: true,
        data: called,
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: {
          ...text,
          width: room.width,
          interval: 0,
          ...(room.lines > 1 ? { overflow: 'break', lineHeight: 14 } : {}),
        },
      },
      series: [first, second].map((figures, index) => ({
        type: 'bar',
        name: names[index],
        color: colours[index],
        barMaxWidth: 10,
        barGap: '14%',
        barCategoryGap: '30%',
        itemStyle: { borderRadius: [0, 3, 3, 0] },
        label: {
          show: true,
          position: 'right',
          ...text,
          fontSize: 11,
          formatter: ({ value }: { value: number }) => number(value),
        },
        data: kinds.map((code) => figures.categories.find((row) => row.code === code)?.count ?? 0),
      })),
    };
    return { option, height: kinds.length * 38 + 10 };
  }, [first, second, names, text, number, codes.data, language, colours]);

  return (
    <div className="figures">
      <figure>
        <figcaption>{t('periodDaily')}</figcaption>
        <Chart option={daily} height={190} label={t('periodDaily')} />
      </figure>
      {categories.height > 10 && (
        <figure>
          <figcaption>{t('periodCategories')}</figcaption>
          <Chart option={categories.option} height={categories.height} label={t('periodCategories')} />
        </figure>
      )}
    </div>
  );
}
