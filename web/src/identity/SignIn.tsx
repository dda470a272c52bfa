import { Tabs } from 'antd';
import { useI18n } from '../i18n';
import { Card } from './Card';
import { CodeForm } from './CodeForm';
import { PasswordForm } from './PasswordForm';

/** Signing in: by login and password first, or with a one-time code or a token. */
export function SignIn() {
  const { t } = useI18n();
  const expired = new URLSearchParams(location.search).has('expired');
  return (
    <Card title={t('signInTitle')} text={t('signInExplain')}>
      <Tabs
        defaultActiveKey={expired ? 'code' : 'password'}
        destroyOnHidden
        items={[
          { key: 'password', label: t('signInByPassword'), children: <PasswordForm /> },
          { key: 'code', label: t('signInByCode'), children: <CodeForm expired={expired} /> },
        ]}
      />
    </Card>
  );
}
