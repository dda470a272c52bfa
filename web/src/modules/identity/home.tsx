import { useI18n } from '../../i18n';
import { HomeFigure, HomeFigures, HomeRow, HomeRows, HomeTile } from '../../kit/HomeTile';
import { countStates } from './admin/administrators';
import { Sentence } from './admin/RequestParts';
import { states } from './admin/states';
import { useAllAccounts, useWaitingRequests } from './hooks';
import { words } from './words';

const ROWS = 5;

/** Requests for rights that wait to be decided. */
export function WaitingRequests() {
  const { t, time } = useI18n(words);
  const requests = useWaitingRequests();
  const items = requests.data?.items ?? [];
  return (
    <HomeTile title={t('waitingRequests')} to="/admin/requests" of={requests} testId="home-requests">
      {items.length === 0 ? (
        <p className="hint-text">{t('waitingNone')}</p>
      ) : (
        <>
          <HomeFigures>
            <HomeFigure
              label={t('requestsWaiting')}
              value={String(requests.data?.total ?? items.length)}
              to="/admin/requests"
              tone="warning"
            />
          </HomeFigures>
          <HomeRows>
            {items.slice(0, ROWS).map((request) => (
              <HomeRow
                key={request.id}
                to="/admin/requests"
                title={<Sentence request={request} />}
                note={`${request.requested_by} · ${time(request.requested_at)}`}
              />
            ))}
          </HomeRows>
        </>
      )}
    </HomeTile>
  );
}

/** How many accounts stand in each state; each figure opens them. */
export function AccountStates() {
  const { t, number } = useI18n(words);
  const accounts = useAllAccounts();
  const counts = countStates(accounts.data?.items ?? []);
  return (
    <HomeTile title={t('accounts')} to="/admin/people" of={accounts} testId="home-accounts">
      <HomeFigures>
        {states.map((state) => (
          <HomeFigure
            key={state}
            label={t(`state_${state}`)}
            value={number(counts.get(state) ?? 0)}
            to={`/admin/people?state=${state}`}
          />
        ))}
      </HomeFigures>
      <p className="hint-text">{t('accountsHint')}</p>
    </HomeTile>
  );
}
