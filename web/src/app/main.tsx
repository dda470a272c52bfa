import '@fontsource/inter/latin-400.css';
import '@fontsource/inter/latin-600.css';
import './base.css';
import '../kit/kit.css';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { ProblemError } from '../api/client';
import { I18nProvider } from '../i18n';
import { App } from './App';

const isRefused = (error: Error) => error instanceof ProblemError && error.status === 401;

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // The session may have ended while the page is open: a look at it says so, and the page offers to sign in.
    onError: (error, query) => {
      if (isRefused(error) && query.queryKey[0] !== 'session')
        void queries.invalidateQueries({ queryKey: ['session'] });
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

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <I18nProvider>
        <QueryClientProvider client={queries}>
          <BrowserRouter>
            <App />
          </BrowserRouter>
        </QueryClientProvider>
      </I18nProvider>
    </StrictMode>,
  );
}
