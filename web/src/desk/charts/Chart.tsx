import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use, type EChartsCoreOption, type EChartsType } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

use([BarChart, LineChart, GridComponent, TooltipComponent, LegendComponent, AriaComponent, SVGRenderer]);

/** A chart that follows its figures and its place. */
export function Chart({ option, height = '100%', label }: { option: EChartsCoreOption; height?: number | string; label: string }) {
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
    let wanted = true;
    void document.fonts.ready.then(() => wanted && observer.observe(place));
    return () => {
      wanted = false;
      observer.disconnect();
      chart.current?.dispose();
      chart.current = null;
    };
  }, []);
  return <div ref={element} style={{ height }} role="img" aria-label={label} />;
}
