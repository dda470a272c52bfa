import { Button } from 'antd';
import type { Session } from '../../api/client';
import { useI18n } from '../../i18n';
import { PasswordChange } from './account/PasswordChange';
import { Card } from '../../kit/EntryCard';
import { signOut } from '../../app/UserMenu';

/** All that somebody can do whose password has run out: set a new one, or leave. */
export default function MustChange({ session }: { session: Session }) {
  const { t } = useI18n();
  return (
    <Card title={t('mustChangeTitle')} text={t('mustChangeExplain').replace('{name}', session.name)}>
      <PasswordChange session={session} button={t('mustChangeButton')} onDone={() => location.reload()} />
      <Button type="link" block onClick={signOut}>{t('signOut')}</Button>
    </Card>
  );
}
