import { Button, Divider } from 'antd';
import { useSignInChoices } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { words } from './words';

/** The platforms that vouch for people, below the ways of our own. */
export function Choices() {
  const { t } = useI18n(words);
  const choices = useSignInChoices().data?.items ?? [];
  if (choices.length === 0) return null;
  const to = new URLSearchParams(location.search).get('to');
  const query = to === null ? '' : `?to=${encodeURIComponent(to)}`;
  return (
    <>
      <Divider plain>{t('signInOr')}</Divider>
      {choices.map(({ id, name }) => (
        <Button key={id} size="large" block href={`/signin/with/${id}${query}`}>
          {t('signInWith', { name })}
        </Button>
      ))}
    </>
  );
}
