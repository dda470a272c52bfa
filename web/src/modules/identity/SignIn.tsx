import { Tabs } from 'antd';
import { useI18n } from '../../i18n';
import { Card } from '../../kit/EntryCard';
import { CertificateForm } from '../certificates/CertificateForm';
import { CodeForm } from './CodeForm';
import { PasswordForm } from './PasswordForm';
import { Choices } from '../sso/Choices';

/** Signing in: by login and password first, by certificate, or with a one-time code or a token. Whose session has ended goes on where they were. */
export function SignIn({ ended = false }: { ended?: boolean }) {
  const { t } = useI18n();
  const asked = new URLSearchParams(location.search);
  const expired = asked.has('expired');
  return (
    <Card title={t('signInTitle')} text={t(ended ? 'signInEnded' : 'signInExplain')}>
      <Tabs
        defaultActiveKey={expired ? 'code' : (asked.get('by') ?? 'password')}
        destroyOnHidden
        items={[
          { key: 'password', label: t('signInByPassword'), children: <PasswordForm /> },
          { key: 'certificate', label: t('signInByCertificate'), children: <CertificateForm /> },
          { key: 'code', label: t('signInByCode'), children: <CodeForm expired={expired} /> },
        ]}
      />
      <Choices />
    </Card>
  );
}
