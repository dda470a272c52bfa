import { Button, Tag } from 'antd';
import { useI18n } from '../../i18n';
import classes from './Cases.module.css';
import { onMap } from './caseAddress';
import { sayClock } from './caseClock';
import { useCaseNames } from './names';
import type { ListedCase } from './queries';
import { Urgency } from './Urgency';
import { words } from './words';

/** The chosen case in a few lines, with the ways to its record and to the map. */
export function CaseBrief({ of, now }: { of: ListedCase; now: string }) {
  const i18n = useI18n(words);
  const { t } = i18n;
  const names = useCaseNames();
  const clock = sayClock({ ...of }, Date.parse(now) / 1000, i18n);
  return (
    <section className={classes['brief']} aria-label={of.number} aria-live="polite" data-testid="case-brief">
      <strong>{of.title || names.category(of.category)}</strong>
      <p>
        <Tag>{names.status(of.status)}</Tag> <Urgency code={of.severity} />
      </p>
      {clock && <p className={clock.isLate ? classes['late'] : undefined}>{clock.text}</p>}
      <p className="hint-text">{of.address}</p>
      <div className="actions">
        <Button type="primary" href={`/cases/${of.id}`}>
          {t('caseOpen')}
        </Button>
        <Button href={onMap(of)}>{t('caseOnMap')}</Button>
      </div>
    </section>
  );
}
