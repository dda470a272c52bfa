import { Tabs } from 'antd';
import { Suspense } from 'react';
import { useI18n } from '../../i18n';
import { EntryCard } from '../../kit/EntryCard';
import { useModules } from '../../kit/module';
import { CodeForm } from './CodeForm';
import './identity.css';
import { PasswordForm } from './PasswordForm';
import { words } from './words';

/** Signing in: by login and password first, by what other modules know, or with a one-time code or a token. Whose session has ended goes on where they were. */
export default function SignIn({ ended = false }: { ended?: boolean }) {
  const { t, title } = useI18n(words);
  const modules = useModules();
  const asked = new URLSearchParams(location.search);
  const expired = asked.has('expired');
  const ways = modules.flatMap(({ signIn = [] }) => signIn);
  return (
    <EntryCard title={t('signInTitle')} text={t(ended ? 'signInEnded' : 'signInExplain')}>
      <Tabs
        defaultActiveKey={expired ? 'code' : (asked.get('by') ?? 'password')}
        destroyOnHidden
        items={[
          { key: 'password', label: t('signInByPassword'), children: <PasswordForm /> },
          ...ways.map(({ key, title: called, Body }) => ({
            key,
            label: title(called),
            children: (
              <Suspense fallback={null}>
                <Body />
              </Suspense>
            ),
          })),
          { key: 'code', label: t('signInByCode'), children: <CodeForm expired={expired} /> },
        ]}
      />
      {modules.map(
        ({ name, signInMore: More }) =>
          More && (
            <Suspense key={name} fallback={null}>
              <More />
            </Suspense>
          ),
      )}
    </EntryCard>
  );
}
