import { Button } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../../i18n';
import type { Account } from '../hooks';
import { words } from '../words';
import { AccountChange } from './AccountChange';
import { InviteAgain } from './InviteAgain';
import { type NextState, StateChange } from './StateChange';

/** What the system administrator does with an account. */
export function AccountActions({ account, self }: { account: Account; self: boolean }) {
  const { t } = useI18n(words);
  const [changing, setChanging] = useState(false);
  const [next, setNext] = useState<NextState | null>(null);
  const [inviting, setInviting] = useState(false);
  const { state } = account;
  // An administrator's password is set at the console alone; one doesn't change one's own state.
  const mayInvite = ['invited', 'active', 'dormant'].includes(state) && account.administrator == null;
  return (
    <div className="actions">
      <Button onClick={() => setChanging(true)}>{t('accountChange')}</Button>
      {mayInvite && <Button onClick={() => setInviting(true)}>{t('inviteAgain')}</Button>}
      {!self && state === 'active' && (
        <Button danger onClick={() => setNext('suspended')}>
          {t('accountSuspend')}
        </Button>
      )}
      {!self && ['suspended', 'dormant'].includes(state) && (
        <Button onClick={() => setNext('active')}>{t('accountActivate')}</Button>
      )}
      {!self && state !== 'left' && (
        <Button danger onClick={() => setNext('left')}>
          {t('accountLeave')}
        </Button>
      )}
      {changing && <AccountChange account={account} onClose={() => setChanging(false)} />}
      {next && <StateChange account={account} next={next} onClose={() => setNext(null)} />}
      {inviting && <InviteAgain account={account} onClose={() => setInviting(false)} />}
    </div>
  );
}
