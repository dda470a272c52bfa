import { App, Button, Modal } from 'antd';
import { useState } from 'react';
import { client, take } from '../../api/client';
import { useI18n } from '../../i18n';
import { useFailed } from '../forms';
import type { Account, Invitation } from '../hooks';
import { AccountChange } from './AccountChange';
import { InvitationLink } from './InvitationLink';
import { StateChange, type NextState } from './StateChange';

/** What the system administrator does with an account. */
export function AccountActions({ account, self }: { account: Account; self: boolean }) {
  const { t } = useI18n();
  const { modal } = App.useApp();
  const failed = useFailed();
  const [changing, setChanging] = useState(false);
  const [next, setNext] = useState<NextState | null>(null);
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  const { state } = account;
  const inviteAgain = () =>
    modal.confirm({
      title: t('inviteAgain'),
      content: t('inviteAgainAsk').replace('{name}', account.name),
      onOk: () => take(client.POST('/api/accounts/{id}/invitation', { params: { path: { id: account.id } } })).then(setInvitation, failed),
    });
  // An administrator's password is set at the console alone; one doesn't change one's own state.
  const mayInvite = ['invited', 'active', 'dormant'].includes(state) && (account.administrator == null || state === 'invited');
  return (
    <div className="actions">
      <Button onClick={() => setChanging(true)}>{t('accountChange')}</Button>
      {mayInvite && <Button onClick={inviteAgain}>{t('inviteAgain')}</Button>}
      {!self && state === 'active' && <Button danger onClick={() => setNext('suspended')}>{t('accountSuspend')}</Button>}
      {!self && ['suspended', 'dormant'].includes(state) && <Button onClick={() => setNext('active')}>{t('accountActivate')}</Button>}
      {!self && state !== 'left' && <Button danger onClick={() => setNext('left')}>{t('accountLeave')}</Button>}
      {changing && <AccountChange account={account} onClose={() => setChanging(false)} />}
      {next && <StateChange account={account} next={next} onClose={() => setNext(null)} />}
      <Modal open={invitation !== null} title={t('inviteDone')} footer={null} mask={{ closable: false }} onCancel={() => setInvitation(null)}>
        {invitation && <InvitationLink invitation={invitation} />}
      </Modal>
    </div>
  );
}
