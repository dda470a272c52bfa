import { App as AntApp, Button, Result, Spin } from 'antd';
import { Suspense, useEffect } from 'react';
import { ProblemError, type Session } from '../api/client';
import { useSession } from '../api/hooks';
import { useI18n } from '../i18n';
import { Activate } from '../modules/identity/Activate';
import { Card } from '../kit/EntryCard';
import { SignIn } from '../modules/identity/SignIn';
import { Refused } from '../modules/sso/Refused';
import { SignOut } from '../modules/sso/SignOut';
import { isKnown, landing, may, type Page } from './pages';
import { PLACES } from './places';
import { Boundary } from '../kit/part/Boundary';
import { lazily } from '../kit/part/lazily';

const MustChange = lazily(() => import('../modules/identity/MustChange'));

/** The page of the address for who is signed in; the sign-in for who isn't. */
export function App({ page }: { page: Page }) {
  return <Boundary of="page" unattended={page.unattended ?? false}><Place page={page} /></Boundary>;
}

function Place({ page }: { page: Page }) {
  if (location.pathname === '/signin/refused') return <Refused />;
  if (location.pathname === '/signin/out') return <SignOut />;
  if (location.pathname.startsWith('/signin')) return <SignIn />;
  if (location.pathname.startsWith('/activate')) return <Activate />;
  return isKnown(location.pathname) ? <SignedIn page={page} /> : <Lost />;
}

/** An address of which there is none. */
function Lost() {
  const { t } = useI18n();
  return <Card title={t('lostTitle')} text={t('lostText').replace('{path}', location.pathname)}><Button type="primary" size="large" block href="/">{t('lostBack')}</Button></Card>;
}

function SignedIn({ page }: { page: Page }) {
  const { t } = useI18n();
  const session = useSession();
  const signedOut = session.error instanceof ProblemError && session.error.status === 401;
  if (signedOut) return <SignIn ended={session.data !== undefined} />;
  // A look at the session that fails doesn't take away what is shown.
  if (session.error && !session.data) {
    return (
      <Result
        status="warning"
        title={t('network')}
        extra={<Button type="primary" onClick={() => void session.refetch()}>{t('retry')}</Button>}
      />
    );
  }
  if (!session.data) return <Waiting />;
  return (
    <Suspense fallback={<Waiting />}>
      {session.data.account?.must_change ? <MustChange session={session.data} /> : <Opened page={page} session={session.data} />}
    </Suspense>
  );
}

/** The page itself, or the way to one that this person may use. */
function Opened({ page, session }: { page: Page; session: Session }) {
  const open = may(page, session.permissions);
  useEffect(() => {
    if (open) return;
    sessionStorage.setItem(TURNED_AWAY, page.path);
    location.replace(landing(session.permissions, null));
  }, [open, page.path, session.permissions]);
  useTurnedAway(open);
  return open ? <page.Body session={session} /> : <Waiting />;
}

/** The page that somebody was led away from, kept over the way to another. */
const TURNED_AWAY = 'gridhall.turned-away';
const SAID_S = 8;

/** Says on the page that somebody was led to why it is not the one they wanted. */
function useTurnedAway(open: boolean): void {
  const { t } = useI18n();
  const { message } = AntApp.useApp();
  useEffect(() => {
    const path = sessionStorage.getItem(TURNED_AWAY);
    if (!open || path === null) return;
    sessionStorage.removeItem(TURNED_AWAY);
    const title = PLACES[path]?.title;
    void message.warning({ content: t('notAllowed').replace('{page}', t(title ?? 'thisPage')), duration: SAID_S, key: TURNED_AWAY });
  }, [open, message, t]);
}

function Waiting() {
  const { t } = useI18n();
  return <div className="waiting"><Spin size="large" aria-label={t('loading')} /></div>;
}
