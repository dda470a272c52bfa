import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, type EChartsType, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useMemo, useRef } from 'react';
import { useStillness } from '../../theme';

use([BarChart, LineChart, GridComponent, TooltipComponent, LegendComponent, AriaComponent, SVGRenderer]);

/** A chart that follows its figures and its place. */
export function Chart({
  option: wanted,
  height = '100%',
  label,
}: {
  option: EChartsCoreOption;
  height?: number | string;
  label: string;
}) {
  const still = useStillness();
  const option = useMemo(() => (still ? { ...wanted, animation: false } : wanted), [wanted, still]);
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const shown = useRef(option);
  useEffect(() => {
    shown.current = option;
    chart.current?.setOption(option, { notMerge: true });
  }, [option]);
  useEffect(() => {
    const place = element.current;
    if (!place) return undefined;
    // In a panel that is folded away there is no room to draw in; it comes when the panel opens.
    const observer = new ResizeObserver(() => {
      if (place.clientWidth === 0) return;
      if (chart.current) {
        chart.current.resize();
      } else {
        chart.current = init(place, null, { renderer: 'svg' });
        chart.current.setOption(shown.current);
      }
    });
    // Texts are measured once: before the page's fonts are there they would be measured in another.
    let isThere = true;
    void document.fonts.ready.then(() => isThere && observer.observe(place));
    return () => {
      isThere = false;
      observer.disconnect();
      chart.current?.dispose();
      chart.current = null;
    };
  }, []);
  return <div ref={element} style={{ height }} role="img" aria-label={label} />;
}
