import type { EChartsCoreOption } from 'echarts/core';
import type { CaseFigures, Statistics } from '../../../api/client';
import { dateText } from '../../../api/spans';
import { type Face, metrics } from '../../../theme';

type Say = (value: number) => string;

const SMALL = 15;
const axis = (face: Face, size: number) => ({ color: face.muted, fontSize: size });

function frame(face: Face): EChartsCoreOption {
  return {
    animationDuration: 500,
    animationDurationUpdate: 400,
    textStyle: { fontFamily: metrics.font },
    grid: { left: 50, right: 12, top: 34, bottom: 28 },
    tooltip: { trigger: 'axis', backgroundColor: face.sunken, borderColor: face.line, textStyle: { color: face.ink } },
    legend: { top: 0, right: 0, itemWidth: 12, itemHeight: 8, textStyle: axis(face, SMALL), inactiveColor: face.faint },
  };
}

const categories = (face: Face, data: string[], interval: number | 'auto') => ({
  type: 'category',
  data,
  axisTick: { show: false },
  axisLine: { lineStyle: { color: face.line } },
  axisLabel: { ...axis(face, SMALL), interval },
});
const values = (face: Face) => ({
  type: 'value',
  splitNumber: 3,
  minInterval: 1,
  axisLabel: axis(face, SMALL),
  splitLine: { lineStyle: { color: face.line, opacity: 0.7 } },
});

/** Reports by hour: today as bars, yesterday as a line behind them. */
export function hours(figures: CaseFigures, face: Face, today: string, yesterday: string): EChartsCoreOption {
  return {
    ...frame(face),
    xAxis: categories(
      face,
      figures.hours.map((_, hour) => `${hour}`),
      3,
    ),
    yAxis: values(face),
    series: [
      {
        name: today,
        type: 'bar',
        barWidth: '56%',
        itemStyle: { color: face.brand, borderRadius: [3, 3, 0, 0] },
        data: figures.hours.map((hour) => hour.today ?? null),
      },
      {
        name: yesterday,
        type: 'line',
        smooth: 0.35,
        symbol: 'none',
        lineStyle: { color: face.accent, width: 2, type: 'dashed' },
        itemStyle: { color: face.accent },
        data: figures.hours.map((hour) => hour.yesterday),
      },
    ],
  };
}

/** The days of the figures that have ended by their moment, in China. */
export const wholeDays = ({ at, daily }: Pick<CaseFigures, 'at' | 'daily'>): CaseFigures['daily'] =>
  daily.filter(({ date }) => date < dateText(new Date(at * 1000)));

/** Reports and ends by day. */
export function days(daily: CaseFigures['daily'], face: Face, reported: string, ended: string): EChartsCoreOption {
  const line = (name: string, colour: string, data: number[], filled: boolean) => ({
    name,
    type: 'line',
    smooth: 0.3,
    symbol: 'none',
    lineStyle: { color: colour, width: 2.4 },
    itemStyle: { color: colour },
    ...(filled ? { areaStyle: { color: colour, opacity: 0.16 } } : {}),
    data,
  });
  return {
    ...frame(face),
    xAxis: categories(
      face,
      daily.map((day) => day.date.slice(5)),
      6,
    ),
    yAxis: { ...values(face), scale: true },
    series: [
      line(
        reported,
        face.brand,
        daily.map((day) => day.reported),
        true,
      ),
      line(
        ended,
        face.good,
        daily.map((day) => day.ended),
        false,
      ),
    ],
  };
}

/** Ages and sexes, the young at the bottom. */
export function pyramid(statistics: Statistics, face: Face, male: string, female: string, say: Say): EChartsCoreOption {
  const ages = statistics.people?.ages ?? [];
  const most = Math.max(1, ...ages.flatMap((age) => [age.male, age.female]));
  const side = (name: string, colour: string, data: number[]) => ({
    name,
    type: 'bar',
    stack: 'age',
    barCategoryGap: '22%',
    itemStyle: { color: colour, borderRadius: 2 },
    data,
  });
  return {
    ...frame(face),
    grid: { left: 58, right: 12, top: 32, bottom: 4 },
    tooltip: { ...(frame(face)['tooltip'] as object), valueFormatter: (value: number) => say(Math.abs(value)) },
    xAxis: { type: 'value', min: -most, max: most, axisLabel: { show: false }, splitLine: { show: false } },
    yAxis: {
      type: 'category',
      data: ages.map((age) => age.band),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { ...axis(face, SMALL), interval: 'auto' },
    },
    series: [
      side(
        male,
        face.male,
        ages.map((age) => -age.male),
      ),
      side(
        female,
        face.female,
        ages.map((age) => age.female),
      ),
    ],
  };
}
