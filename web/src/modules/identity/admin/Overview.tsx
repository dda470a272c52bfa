import { Alert, Button, Skeleton } from 'antd';
import { useI18n } from '../../../i18n';
import { PanelProblem } from '../../../kit/Problem';
import { useAllAccounts, useWaitingRequests } from '../hooks';
import { words } from '../words';
import { administrators, administratorsOf, countStates } from './administrators';
import { states } from './states';

/** What waits, how the accounts stand, and who the three administrators are. */
export function Overview() {
  const { t, number, language } = useI18n(words);
  const requests = useWaitingRequests();
  const accounts = useAllAccounts();
  if (accounts.error) return <PanelProblem error={accounts.error} onRetry={() => void accounts.refetch()} />;
  if (!accounts.data) return <Skeleton active />;
  const { items, more } = accounts.data;
  const held = administratorsOf(items);
  const missing = administrators.filter((kind) => held[kind].length === 0).map((kind) => t(`administrator_${kind}`));
  const counts = countStates(items);
  const waiting = requests.data?.total ?? 0;
  return (
    <div className="overview">
      <section className="tile" aria-labelledby="waiting-title">
        <div className="tile-head">
          <h2 id="waiting-title">{t('waitingRequests')}</h2>
          <Button size="small" href="/admin/requests" aria-label={`${t('look')} ${t('waitingRequests')}`}>
            {t('look')}
          </Button>
        </div>
        <p className="big" data-quiet={waiting === 0}>
          {number(waiting)}
        </p>
        <p className="hint-text">{waiting === 0 ? t('waitingNone') : t('waitingSome', { count: number(waiting) })}</p>
      </section>
      <section className="tile" aria-labelledby="accounts-title">
        <div className="tile-head">
          <h2 id="accounts-title">{t('accounts')}</h2>
          <Button size="small" href="/admin/people" aria-label={`${t('look')} ${t('accounts')}`}>
            {t('look')}
          </Button>
        </div>
        <dl className="counts">
          {states.map((state) => (
            <div key={state}>
              <dt>{t(`state_${state}`)}</dt>
              <dd>{number(counts.get(state) ?? 0)}</dd>
            </div>
          ))}
        </dl>
        {more && <p className="hint-text">{t('accountsAtLeast', { count: number(items.length) })}</p>}
      </section>
      <section className="tile wide-tile" aria-labelledby="three-title">
        <h2 id="three-title">{t('administrators')}</h2>
        <p className="hint-text">{t('administratorsExplain')}</p>
        {missing.length > 0 ? (
          <Alert
            type="warning"
            showIcon
            title={t('administratorsMissing', { missing: missing.join(language === 'en' ? ', ' : '、') })}
          />
        ) : (
          <Alert type="success" showIcon title={t('administratorsComplete')} />
        )}
        <dl className="facts">
          {administrators.map((kind) => (
            <div key={kind}>
              <dt>{t(`administrator_${kind}`)}</dt>
              <dd>
                {held[kind].map(({ name, login }) => `${name}（${login}）`).join('、') || t('administratorMissing')}
              </dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  );
}
