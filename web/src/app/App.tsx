import { App as AntApp, Button, ConfigProvider, Result, Spin } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { Suspense, useEffect, useLayoutEffect } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { ProblemError, type Session } from '../api/client';
import { useSession } from '../api/hooks';
import { useManifest } from '../api/manifest';
import { useI18n } from '../i18n';
import { EntryCard } from '../kit/EntryCard';
import { ModulesProvider } from '../kit/module';
import { Boundary } from '../kit/part/Boundary';
import { lazily } from '../kit/part/lazily';
import { antTheme, applyFace, FaceContext, useStillness } from '../theme';
import { modules } from './modules';
import { entranceAt, faceAt, isPage, mayOpen, viewAt } from './pages';
import { Shell } from './Shell';
import { useLinks } from './useLinks';

const Home = lazily(() => import('./home/Home'));
const SignIn = lazily(() => import('../modules/identity/SignIn'));
const MustChange = lazily(() => import('../modules/identity/MustChange'));

/** The page of the address for who is signed in; the sign-in for who isn't. */
export function App() {
  const { language } = useI18n();
  const { pathname } = useLocation();
  const still = useStillness();
  const face = faceAt(pathname);
  useLinks(isPage);
  useLayoutEffect(() => applyFace(document.documentElement, face), [face]);
  return (
    <ConfigProvider
      button={{ autoInsertSpace: false }}
      theme={antTheme(face, still)}
      wave={{ disabled: still }}
      locale={language === 'en' ? enUS : zhCN}
    >
      <FaceContext value={face}>
        <AntApp>
          <ModulesProvider value={modules}>
            <Boundary of="page" unattended={viewAt(pathname)?.unattended ?? false}>
              <Place />
            </Boundary>
          </ModulesProvider>
        </AntApp>
      </FaceContext>
    </ConfigProvider>
  );
}

function Place() {
  const { pathname } = useLocation();
  const Entrance = entranceAt(pathname)?.Body;
  if (Entrance)
    return (
      <Suspense fallback={<Waiting />}>
        <Entrance />
      </Suspense>
    );
  return isPage(pathname) ? <SignedIn /> : <Lost />;
}

/** An address of which there is none. */
function Lost() {
  const { t } = useI18n();
  const { pathname } = useLocation();
  return (
    <EntryCard title={t('lostTitle')} text={t('lostText', { path: pathname })}>
      <Button type="primary" size="large" block href="/">
        {t('lostBack')}
      </Button>
    </EntryCard>
  );
}

function SignedIn() {
  const { t } = useI18n();
  const session = useSession();
  const manifest = useManifest(session.data !== undefined && !session.data.account?.must_change);
  const signedOut = session.error instanceof ProblemError && session.error.status === 401;
  if (signedOut)
    return (
      <Suspense fallback={<Waiting />}>
        <SignIn ended={session.data !== undefined} />
      </Suspense>
    );
  const failed = session.data ? (manifest.data ? null : manifest) : session;
  // A look at the session that fails doesn't take away what is shown.
  if (failed?.error)
    return (
      <Result
        status="warning"
        title={t('network')}
        extra={
          <Button type="primary" onClick={() => void failed.refetch()}>
            {t('retry')}
          </Button>
        }
      />
    );
  if (session.data?.account?.must_change)
    return (
      <Suspense fallback={<Waiting />}>
        <MustChange session={session.data} />
      </Suspense>
    );
  if (!session.data || !manifest.data) return <Waiting />;
  return <Opened session={session.data} />;
}

const SAID_S = 8;
const TURNED_AWAY = 'turned-away';

/** The page itself, or the way to one that this person may use. */
function Opened({ session }: { session: Session }) {
  const { t } = useI18n();
  const { message } = AntApp.useApp();
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const open = mayOpen(pathname);
  useEffect(() => {
    if (open) return;
    void message.warning({ content: t('notAllowed', { page: t('thisPage') }), duration: SAID_S, key: TURNED_AWAY });
    void navigate('/', { replace: true });
  }, [open, message, navigate, t]);
  const view = viewAt(pathname);
  const Body = pathname === '/' ? Home : view?.Body;
  if (!open || !Body) return <Waiting />;
  const page = (
    <Boundary key={view?.path ?? pathname} of="page" unattended={view?.unattended ?? false}>
      <Suspense fallback={<Waiting />}>
        <Body session={session} />
      </Suspense>
    </Boundary>
  );
  return view?.isBare?.(search) ? page : <Shell session={session}>{page}</Shell>;
}

function Waiting() {
  const { t } = useI18n();
  return (
    <div className="waiting">
      <Spin size="large" aria-label={t('loading')} />
    </div>
  );
}
