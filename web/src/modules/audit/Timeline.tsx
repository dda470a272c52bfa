import type { EChartsCoreOption } from 'echarts/core';
import { useMemo } from 'react';
import type { Schemas } from '../../api/client';
import { useI18n } from '../../i18n';
import { chinaClock } from '../../i18n/clock';
import { Chart } from '../../kit/chart/Chart';
import { type Face, metrics, useFace } from '../../theme';
import { type Result, results } from './names';
import { words } from './words';

/** What the server looks at when no beginning is said: the seven days before the end. */
const USUAL_MS = 7 * 86_400_000;

function option(
  timeline: Schemas['Timeline'],
  from: string | undefined,
  to: string | undefined,
  face: Face,
  name: (result: Result) => string,
): EChartsCoreOption {
  const colours: Record<Result, string> = { ok: face.brand, denied: face.accent, failed: face.danger };
  const text = { color: face.muted, fontSize: 12 };
  return {
    animationDuration: 300,
    textStyle: { fontFamily: metrics.font },
    grid: { left: 52, right: 16, top: 32, bottom: 24 },
    legend: { top: 0, right: 0, itemWidth: 12, itemHeight: 8, textStyle: text },
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
    xAxis: {
      type: 'time',
      min: chinaClock(from ?? new Date(Date.parse(to ?? new Date().toISOString()) - USUAL_MS).toISOString()),
      max: chinaClock(to ?? new Date().toISOString()),
      axisLabel: { ...text, hideOverlap: true },
      axisLine: { lineStyle: { color: face.line } },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      splitNumber: 3,
      axisLabel: text,
      splitLine: { lineStyle: { color: face.line } },
    },
    series: results.map((result) => ({
      name: name(result),
      type: 'bar',
      stack: 'results',
      barMaxWidth: 18,
      color: colours[result],
      data: timeline.buckets
        .filter((bucket) => bucket.result === result)
        .map(({ at, count }) => [chinaClock(at), count]),
    })),
  };
}

/** How many actions there were in each hour or day, by their result. */
export function Timeline({
  timeline,
  from,
  to,
}: {
  timeline: Schemas['Timeline'];
  from: string | undefined;
  to: string | undefined;
}) {
  const { t } = useI18n(words);
  const face = useFace();
  const chart = useMemo(
    () => option(timeline, from, to, face, (result) => t(`result_${result}`)),
    [timeline, from, to, face, t],
  );
  return <Chart option={chart} height={170} label={t('auditTimeline')} />;
}
