import { Button, Result, Spin } from 'antd';
import { Suspense } from 'react';
import { ProblemError } from './api/client';
import { useSession } from './api/hooks';
import { useI18n } from './i18n';
import type { Page } from './pages';
import { SignIn } from './pages/SignIn';

/** The page of the address for who is signed in; the sign-in for who isn't. */
export function App({ page: { Body } }: { page: Page }) {
  const { t } = useI18n();
  const session = useSession();
  const signedOut = session.error instanceof ProblemError && session.error.status === 401;
  if (location.pathname.startsWith('/signin') || signedOut) return <SignIn />;
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
  const waiting = <div className="waiting"><Spin size="large" aria-label={t('loading')} /></div>;
  if (!session.data) return waiting;
  return (
    <Suspense fallback={waiting}>
      <Body session={session.data} />
    </Suspense>
  );
}
