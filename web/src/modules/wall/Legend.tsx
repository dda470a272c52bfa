import { useI18n } from '../../i18n';
import { fewerClasses } from '../../map/figures/classes';
import { classNames, type Figure } from '../../map/figures/figures';
import { CLASSES } from './usePaint';
import { words } from './words';

/** What the colours of the regions mean. */
export function Legend({
  figure,
  bounds,
  colours,
  least,
  most,
}: {
  figure: Figure;
  bounds: number[];
  colours: string[];
  least: number;
  most: number;
}) {
  const { t, number, title } = useI18n(words);
  const names = classNames(figure, bounds, least, most, number);
  const fewer = fewerClasses(bounds, CLASSES);
  return (
    <div
      className="wall-legend-box"
      role="img"
      aria-label={`${title(figure.title)}: ${names.join(', ')}`}
      data-testid="wall-legend"
    >
      <span>
        {title(figure.title)}
        {figure.kind === 'share' ? '' : ` · ${title(figure.unit)}`}
        {fewer !== null && (
          <small className="wall-legend-few">
            {t(fewer === 1 ? 'classesOne' : 'classesFew', { n: String(fewer) })}
          </small>
        )}
      </span>
      <div>
        {colours.map((colour, at) => (
          <span key={colour}>
            <i style={{ background: colour }} />
            <small>{names[at]}</small>
          </span>
        ))}
      </div>
    </div>
  );
}
