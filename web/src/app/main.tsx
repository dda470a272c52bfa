import '@fontsource/inter/latin-400.css';
import '@fontsource/inter/latin-600.css';
import './base.css';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ProblemError } from '../api/client';
import { App } from './App';
import { I18nProvider, useI18n } from '../i18n';
import { antTheme, applyFace, FaceContext, useStillness } from '../theme';
import { pageOf } from './pages';

const page = pageOf(location.pathname);
applyFace(document.documentElement, page.face);

const isRefused = (error: Error) => error instanceof ProblemError && error.status === 401;

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // The session may have ended while the page is open: a look at it says so, and the page offers to sign in.
    onError: (error, query) => {
      if (isRefused(error) && query.queryKey[0] !== 'session') void queries.invalidateQueries({ queryKey: ['session'] });
    },
  }),
  defaultOptions: {
    queries: {
      refetchOnWindowFocus: false,
      // A city's own network may well be there when the browser says that it is offline: what can't be asked is told, not held back.
      networkMode: 'always',
      refetchOnReconnect: true,
      retry: (failures, error) => !(error instanceof ProblemError && error.status < 500) && failures < 3,
    },
  },
});

function Frame() {
  const { language } = useI18n();
  const still = useStillness();
  return (
    <ConfigProvider button={{ autoInsertSpace: false }} theme={antTheme(page.face, still)} wave={{ disabled: still }} locale={language === 'en' ? enUS : zhCN}>
      <FaceContext value={page.face}>
        <AntApp>
          <App page={page} />
        </AntApp>
      </FaceContext>
    </ConfigProvider>
  );
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <I18nProvider>
        <QueryClientProvider client={queries}>
          <Frame />
        </QueryClientProvider>
      </I18nProvider>
    </StrictMode>,
  );
}
