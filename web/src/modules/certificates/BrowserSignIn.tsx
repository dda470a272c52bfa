import { Button } from 'antd';
import { useSignInChoices } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { words } from './words';

/** The way by a certificate that the browser has, where the server asks for one at a port of its own. */
export function BrowserSignIn() {
  const { t } = useI18n(words);
  const choices = useSignInChoices();
  const address = choices.data?.certificate;
  if (!address) return choices.isPending ? null : <p className="hint-text">{t('signInNoBrowser')}</p>;
  const to = new URLSearchParams(location.search).get('to');
  const query = to === null ? '' : `?to=${encodeURIComponent(to)}`;
  return (
    <div className="by-browser">
      {/* The port takes only who comes from here, and a browser that doesn't say so by itself says it by the referrer. */}
      <Button type="primary" size="large" block href={address + query} referrerPolicy="origin">
        {t('signInByBrowser')}
      </Button>
      <p className="hint-text">{t('signInByBrowserHint')}</p>
    </div>
  );
}
