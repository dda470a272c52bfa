import { useI18n } from '../../../i18n';
import { fewerClasses } from '../../../map/figures/classes';
import { classNames } from '../../../map/figures/figures';
import { type TextKey, words } from '../words';
import type { Choropleth } from './state';
import type { Classed } from './useChoropleth';

/** The classes in words, from the least to the greatest. */
export function useClassNames(classed: Classed): string[] {
  const { number } = useI18n(words);
  const { figure, bounds, least, most } = classed;
  if (classed.rows.length === 0 || !Number.isFinite(least)) return [];
  return classNames(figure, bounds, least, most, number);
}

/** The figure's title with its level and, for cases, its period. */
export function useMapTitle(map: Choropleth, classed: Classed): { title: string; under: string } {
  const { t, title } = useI18n(words);
  const { figure } = classed;
  const days = figure.isOfPeriod ? ` · ${t('pastDays', { n: String(map.days) })}` : '';
  const unit = figure.kind === 'share' ? '' : `${title(figure.unit)} · `;
  return { title: title(figure.title), under: `${unit}${t(`level_${map.level}` as TextKey)}${days}` };
}

/** What the colours of the map mean. */
export function Legend({ map, classed }: { map: Choropleth; classed: Classed }) {
  const { t, number } = useI18n(words);
  const names = useClassNames(classed);
  const { title, under } = useMapTitle(map, classed);
  const fewer = map.method === 'own' || names.length === 0 ? null : fewerClasses(classed.bounds, map.classes);
  const without = classed.rows.filter((row) => row.value === undefined).length;
  const outside = classed.rows.filter((row) => row.value !== undefined && !row.shown).length;
  return (
    <section
      className="card legend"
      aria-label={t('legend')}
      data-testid="choropleth-legend"
      aria-busy={classed.pending}
    >
      <h2>{title}</h2>
      <p>{under}</p>
      {fewer !== null && <p>{t(fewer === 1 ? 'classesOne' : 'classesFew', { n: String(fewer) })}</p>}
      <ol>
        {names.map((name, index) => (
          <li key={name} data-class={index}>
            <i style={{ background: classed.shades[index] }} aria-hidden />
            <span>{name}</span>
            <small>{number(classed.counts[index] ?? 0)}</small>
          </li>
        ))}
        {without > 0 && (
          <li>
            <i className="none" aria-hidden />
            <span>{t('noFigure')}</span>
            <small>{number(without)}</small>
          </li>
        )}
        {outside > 0 && (
          <li>
            <i className="none" aria-hidden />
            <span>{t('outsideRange')}</span>
            <small>{number(outside)}</small>
          </li>
        )}
      </ol>
    </section>
  );
}
