import { sayValue, type Figure } from '../figures/figures';
import { useI18n } from '../i18n';

/** What the colours of the regions mean. */
export function Legend({ figure, bounds, colours, least, most }: { figure: Figure; bounds: number[]; colours: string[]; least: number; most: number }) {
  const { t, number } = useI18n();
  const say = (value: number) => sayValue(figure, value, number);
  const edges = [least, ...bounds, most];
  return (
    <div className="wall-legend-box" role="img" aria-label={`${t(figure.title)}: ${say(least)} – ${say(most)}`}>
      <span>{t(figure.title)}{figure.kind === 'share' ? '' : ` · ${t(figure.unit)}`}</span>
      <div>
        {colours.map((colour, at) => (
          <i key={colour} style={{ background: colour }}><small>{say(edges[at] ?? 0)}</small></i>
        ))}
        <small className="last">{say(most)}</small>
      </div>
    </div>
  );
}
