import { useQuery } from '@tanstack/react-query';
import { Tag } from 'antd';
import { useState } from 'react';
import { client, take } from '../../api/client';
import { useI18n } from '../../i18n';
import { HomeFigure, HomeFigures, HomeRow, HomeRows, HomeTile } from '../../kit/HomeTile';
import { actorName } from './names';
import { useAlerts, useChain } from './queries';
import { words } from './words';

const DAY_MS = 86_400_000;
const ROWS = 5;
const UNMASKED = 'person.unmask';
/** What an ordinary day is told by. */
const USUAL_DAYS = 7;

/** What looks unusual and nobody has looked into yet. */
export function OpenAlerts() {
  const { t, time, number } = useI18n(words);
  const alerts = useAlerts(true);
  const first = alerts.data?.pages[0];
  const items = first?.items ?? [];
  return (
    <HomeTile title={t('auditAlerts')} to="/audit?room=alerts" of={alerts} testId="home-alerts">
      {items.length === 0 ? (
        <p className="hint-text">{t('alertsNone')}</p>
      ) : (
        <>
          <HomeFigures>
            <HomeFigure
              label={t('alertsOpen')}
              value={number(first?.open ?? items.length)}
              to="/audit?room=alerts"
              tone="warning"
            />
          </HomeFigures>
          <HomeRows>
            {items.slice(0, ROWS).map((alert) => (
              <HomeRow
                key={alert.id}
                to="/audit?room=alerts"
                title={`${t(`alert_${alert.kind}`)} ${actorName(alert.actor, t) || alert.address}`}
                note={time(alert.last_at)}
              />
            ))}
          </HomeRows>
        </>
      )}
    </HomeTile>
  );
}

/** Whether the chain of seals held when it was last checked. */
export function Seals() {
  const { t, time, number } = useI18n(words);
  const chain = useChain();
  const { data } = chain;
  const faults = data?.check?.faults;
  return (
    <HomeTile title={t('auditChain')} to="/audit?room=chain" of={chain} testId="home-chain">
      {data && (
        <>
          <p className="hint-text">
            <Tag color={faults === undefined ? 'default' : faults === 0 ? 'success' : 'error'}>
              {faults === undefined
                ? t('chainNever')
                : faults === 0
                  ? t('chainIntact')
                  : t('chainBroken', { n: faults })}
            </Tag>
            {data.check && time(data.check.at)}
          </p>
          <HomeFigures>
            <HomeFigure label={t('chainNumber')} value={number(data.last?.number ?? 0)} />
            <HomeFigure label={t('chainUnsealed')} value={number(data.unsealed)} />
          </HomeFigures>
        </>
      )}
    </HomeTile>
  );
}

const unmasked = (from: Date) => ({ from: from.toISOString(), action: UNMASKED, limit: 1, count: true });

/** How often plain values were looked at today, against the days before. */
export function Unmaskings() {
  const { t, number } = useI18n(words);
  const [now] = useState(() => Date.now());
  const today = new Date(now - DAY_MS);
  const before = new Date(now - (USUAL_DAYS + 1) * DAY_MS);
  const counts = useQuery({
    queryKey: ['audit-unmaskings', Math.floor(now / 60_000)],
    queryFn: async () => {
      const [last, all] = await Promise.all(
        [today, before].map((from) => take(client.GET('/api/audit', { params: { query: unmasked(from) } }))),
      );
      return { last: last?.total ?? 0, usual: ((all?.total ?? 0) - (last?.total ?? 0)) / USUAL_DAYS };
    },
  });
  const to = `/audit?action=${UNMASKED}&from=${today.toISOString()}`;
  return (
    <HomeTile title={t('unmaskingsTitle')} to={to} of={counts} testId="home-unmaskings">
      {counts.data && (
        <HomeFigures>
          <HomeFigure
            label={t('unmaskingsDay')}
            value={number(counts.data.last)}
            to={to}
            tone={counts.data.last > 2 * counts.data.usual + 5 ? 'warning' : 'plain'}
          />
          <HomeFigure label={t('unmaskingsUsual', { days: USUAL_DAYS })} value={number(counts.data.usual, 1)} />
        </HomeFigures>
      )}
    </HomeTile>
  );
}
