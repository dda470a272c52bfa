import { Button } from 'antd';
import { useI18n } from '../../i18n';
import { EntryCard } from '../../kit/EntryCard';
import { words } from './words';

/** Asks whether a system's wish to sign out is the reader's own. */
export function SignOut() {
  const { t } = useI18n(words);
  const asked = new URLSearchParams(new URLSearchParams(location.search).get('ask') ?? '');
  return (
    <EntryCard title={t('signOutTitle')} text={t('signOutExplain')}>
      <form method="post" action="/oauth/logout">
        {[...asked].map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <Button type="primary" size="large" htmlType="submit" block>
          {t('signOutAgree')}
        </Button>
      </form>
      <Button type="link" block href="/portal">
        {t('signOutStay')}
      </Button>
    </EntryCard>
  );
}
