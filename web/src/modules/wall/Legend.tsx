import { fewerClasses } from '../../map/figures/classes';
import { classNames, type Figure } from '../../map/figures/figures';
import { useI18n } from '../../i18n';
import { CLASSES } from './usePaint';

/** What the colours of the regions mean. */
export function Legend({ figure, bounds, colours, least, most }: { figure: Figure; bounds: number[]; colours: string[]; least: number; most: number }) {
  const { t, number } = useI18n();
  const names = classNames(figure, bounds, least, most, number);
  const fewer = fewerClasses(bounds, CLASSES);
  return (
    <div className="wall-legend-box" role="img" aria-label={`${t(figure.title)}: ${names.join(', ')}`} data-testid="wall-legend">
      <span>{t(figure.title)}{figure.kind === 'share' ? '' : ` · ${t(figure.unit)}`}{fewer !== null && <small className="wall-legend-few">{t(fewer === 1 ? 'classesOne' : 'classesFew').replace('{n}', String(fewer))}</small>}</span>
      <div>
        {colours.map((colour, at) => <span key={colour}><i style={{ background: colour }} /><small>{names[at]}</small></span>)}
      </div>
    </div>
  );
}
