import { Button } from 'antd';
import { useI18n } from '../../i18n';
import { EntryCard } from '../../kit/EntryCard';
import { type TextKey, words } from './words';

const REASONS: Record<string, TextKey> = {
  client: 'refusedClient',
  redirect: 'refusedRedirect',
  request: 'refusedRequest',
  provider: 'refusedProvider',
  away: 'refusedAway',
  journey: 'refusedJourney',
  denied: 'refusedDenied',
  answer: 'refusedAnswer',
  unknown: 'refusedUnknown',
  closed: 'refusedClosed',
};

/** Why a sign-in by way of another system ended here. */
export function Refused() {
  const { t } = useI18n(words);
  const why = REASONS[new URLSearchParams(location.search).get('why') ?? ''] ?? 'refusedRequest';
  return (
    <EntryCard title={t('refusedTitle')} text={t(why)}>
      <Button type="primary" size="large" block href="/signin">
        {t('toSignIn')}
      </Button>
    </EntryCard>
  );
}
