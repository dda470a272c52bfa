import { useI18n } from '../../i18n';
import { motion, space, type TypeName, typeScale } from '../../theme';
import { words } from './words';

export function Type() {
  const { t } = useI18n(words);
  // The greatest sizes are for figures, and a whole sentence would find no room beside itself.
  return (
    <>
      {(Object.keys(typeScale) as TypeName[]).map((name) => (
        <div className="design-type" key={name}>
          <code>
            {name} · {typeScale[name].size}
          </code>
          <span style={{ font: `var(--type-${name})` }}>
            {t(parseFloat(typeScale[name].size) > 40 ? 'designShort' : 'designSample')}
          </span>
        </div>
      ))}
      <div className="design-type">
        <code>{t('designFigures')}</code>
        <span className="design-figures">
          <span>1,111,710.48</span>
          <span>8,026,395.17</span>
        </span>
      </div>
    </>
  );
}

export function Space() {
  return (
    <div className="design-space">
      {Object.entries(space).map(([name, size]) => (
        <div key={name}>
          <i style={{ width: size, height: size }} />
          <code>
            {name} · {size}
          </code>
        </div>
      ))}
    </div>
  );
}

export function Elevation() {
  return (
    <div className="design-elevation">
      {[1, 2, 3].map((step) => (
        <div key={step} style={{ boxShadow: `var(--elevation${step})` }}>
          <code>elevation {step}</code>
        </div>
      ))}
    </div>
  );
}

export function Motion() {
  return (
    <div className="design-motion">
      {Object.entries(motion).map(([name, time]) => (
        <div key={name}>
          <code>
            {name} · {time}
          </code>
          <span>
            <i style={{ animationDuration: `calc(${time} * 4)` }} />
          </span>
        </div>
      ))}
    </div>
  );
}
