import { type ReactNode, useState } from 'react';
import { useCodes } from '../../api/hooks';
import { useI18n } from '../../i18n';
import type { LayerSign } from '../../kit/module';
import { nameOf } from '../../map/describe';
import { tokens } from '../../theme';
import { sayClock } from './caseClock';
import { words } from './words';

/** How a case stands to its limit, and who is to settle it. */
export function CaseRows({ properties }: { properties: Record<string, unknown> }) {
  const i18n = useI18n(words);
  const { t, language } = i18n;
  const codes = useCodes().data;
  const [now] = useState(() => Date.now() / 1000);
  const clock = sayClock(properties, now, i18n);
  const category = properties['category'];
  const handler = category ? nameOf(codes, 'case_department', String(category), language) : null;
  // A code that the table doesn't know comes back as it is.
  const isKnown = handler !== null && handler !== category;
  return (
    <>
      {clock && (
        <div>
          <dt>{t('detailsClock')}</dt>
          <dd className={clock.isLate ? 'late' : ''} data-testid="case-clock">
            {clock.text}
          </dd>
        </div>
      )}
      <div>
        <dt>{t('detailsHandler')}</dt>
        <dd data-testid="case-handler">{isKnown ? handler : t('detailsHandlerNone')}</dd>
      </div>
    </>
  );
}

/** What closed cases look like. */
export function CaseSigns({ render }: { render: (signs: readonly LayerSign[]) => ReactNode }) {
  const { language } = useI18n();
  const codes = useCodes().data;
  return render([
    {
      colour: tokens.closed,
      text: ['closed', 'voided', 'refused', 'merged']
        .map((status) => nameOf(codes, 'case_status', status, language))
        .join(' / '),
    },
  ]);
}
