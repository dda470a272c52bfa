import { useI18n } from '../../../i18n';
import type { Account } from '../hooks';
import { words } from '../words';

/** Who one is. */
export function OwnDetails({ account }: { account: Account }) {
  const { t, time } = useI18n(words);
  const facts = [
    [t('personName'), account.name],
    [t('login'), account.login],
    [t('agency'), account.agency],
    [t('phone'), account.phone ?? t('none')],
    [t('email'), account.email ?? t('none')],
    [t('signedInAt'), account.signed_in_at ? time(account.signed_in_at) : t('never')],
  ] as const;
  return (
    <section className="tile" aria-labelledby="details-title">
      <h2 id="details-title">{t('accountDetails')}</h2>
      <dl className="facts">
        {facts.map(([title, value]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
