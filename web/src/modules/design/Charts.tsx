import type { EChartsCoreOption } from 'echarts/core';
import { useMemo } from 'react';
import { useI18n } from '../../i18n';
import { Chart } from '../../kit/chart/Chart';
import { useFace } from '../../theme';
import { Block } from './Block';
import { AGES, STREETS, WEEK } from './made';
import { words } from './words';

export function Charts() {
  const { t, number } = useI18n(words);
  const face = useFace();
  const [bar, line, pyramid] = useMemo<EChartsCoreOption[]>(() => {
    const text = { color: face.muted, fontSize: 12 };
    const quiet = { axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: false } };
    const rows = [...STREETS].reverse();
    const legend = { top: 0, right: 0, itemWidth: 10, itemHeight: 10, textStyle: text };
    return [
      {
        grid: { left: 96, right: 52, top: 4, bottom: 4 },
        xAxis: { type: 'value', ...quiet, axisLabel: { show: false } },
        yAxis: { type: 'category', data: rows.map(([name]) => t(name)), ...quiet, axisLabel: text },
        series: [
          {
            type: 'bar',
            barWidth: 12,
            color: face.series[0],
            itemStyle: { borderRadius: [0, 3, 3, 0] },
            data: rows.map(([, cases]) => cases),
            label: {
              show: true,
              position: 'right',
              ...text,
              formatter: ({ value }: { value: number }) => number(value),
            },
          },
        ],
      },
      {
        grid: { left: 40, right: 12, top: 28, bottom: 24 },
        legend,
        xAxis: {
          type: 'category',
          data: WEEK.map((_, at) => `11-${17 + at}`),
          axisTick: { show: false },
          axisLine: { lineStyle: { color: face.line } },
          axisLabel: text,
        },
        yAxis: {
          type: 'value',
          scale: true,
          splitNumber: 3,
          axisLabel: text,
          splitLine: { lineStyle: { color: face.line } },
        },
        series: [
          {
            name: t('designReplayed'),
            type: 'line',
            smooth: 0.3,
            symbolSize: 5,
            color: face.series[1],
            areaStyle: { opacity: 0.12 },
            data: WEEK.map(([opened]) => opened),
          },
          {
            name: t('designFinished'),
            type: 'line',
            smooth: 0.3,
            symbolSize: 5,
            color: face.series[0],
            data: WEEK.map(([, closed]) => closed),
          },
        ],
      },
      {
        grid: { left: 48, right: 12, top: 28, bottom: 4 },
        legend,
        xAxis: { type: 'value', ...quiet, axisLabel: { show: false } },
        yAxis: { type: 'category', data: AGES.map(([band]) => band), ...quiet, axisLabel: text },
        series: [
          {
            name: t('designMale'),
            type: 'bar',
            stack: 'age',
            barCategoryGap: '18%',
            color: face.male,
            data: AGES.map(([, male]) => -male),
          },
          {
            name: t('designFemale'),
            type: 'bar',
            stack: 'age',
            color: face.female,
            data: AGES.map(([, , female]) => female),
          },
        ],
      },
    ];
  }, [face, t, number]);
  return (
    <div className="design-charts">
      <Block title="designBar">
        <Chart option={bar ?? {}} height="200px" label={t('designBar')} />
      </Block>
      <Block title="designLine">
        <Chart option={line ?? {}} height="200px" label={t('designLine')} />
      </Block>
      <Block title="designPyramid">
        <Chart option={pyramid ?? {}} height="200px" label={t('designPyramid')} />
      </Block>
    </div>
  );
}
