import { Alert, Empty, Skeleton } from 'antd';
import { Suspense, useState } from 'react';
import { useI18n } from '../../i18n';
import type { PageProps } from '../../kit/module';
import { useModules } from '../../kit/module';
import { Page } from '../../kit/Page';
import { Boundary } from '../../kit/part/Boundary';
import classes from './Home.module.css';

/** As many cards as one takes in at a glance. */
const MOST = 6;
const [NOON, EVENING] = [12, 18];

/** Home: what waits for whoever is signed in, each card the way into its list. */
export default function Home({ session }: PageProps) {
  const { t, language } = useI18n();
  const modules = useModules();
  const [now] = useState(() => new Date());
  const hour = Number(
    new Intl.DateTimeFormat('en', { timeZone: 'Asia/Shanghai', hour: 'numeric', hourCycle: 'h23' }).format(now),
  );
  const greeting = t(hour < NOON ? 'goodMorning' : hour < EVENING ? 'goodAfternoon' : 'goodEvening', {
    name: session.name,
  });
  const day = new Intl.DateTimeFormat(language, {
    timeZone: 'Asia/Shanghai',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    weekday: 'long',
  }).format(now);
  const where = [session.regions.map(({ name }) => name).join('、'), session.account?.post].filter(Boolean).join(' · ');
  const cards = modules
    .flatMap(({ home = [] }) => home)
    .filter(({ isFor }) => isFor(session))
    .toSorted((one, other) => one.place - other.place)
    .slice(0, MOST);
  return (
    <Page
      title={t('home_title')}
      about={
        <>
          <strong>{greeting}</strong> {[day, where].filter(Boolean).join(' · ')}
        </>
      }
    >
      {session.account != null && !session.account.post && (
        <Alert className={classes['note'] ?? ''} type="info" showIcon title={t('noPostYet')} />
      )}
      <div className={classes['cards']} data-testid="home">
        {cards.map(({ key, Body }) => (
          <Boundary key={key} of="panel">
            <Suspense
              fallback={
                <div className={classes['waiting']}>
                  <Skeleton active />
                </div>
              }
            >
              <Body session={session} />
            </Suspense>
          </Boundary>
        ))}
        {cards.length === 0 && <Empty description={t('homeNothing')} />}
      </div>
    </Page>
  );
}
