import { Drawer, Skeleton, Tag } from 'antd';
import { useI18n } from '../../../i18n';
import { useModules } from '../../../kit/module';
import { PanelProblem } from '../../../kit/Problem';
import { Part } from '../../../kit/part/Boundary';
import { useAccount } from '../hooks';
import { words } from '../words';
import { AccountActions } from './AccountActions';
import { HoldingList } from './HoldingList';
import type { Rights } from './rights';
import { StateTag } from './StateTag';

interface Props {
  id: number | null;
  rights: Rights;
  onClose: () => void;
}

/** One account: who it is, which posts it holds, and what can be done with it. */
export function AccountDrawer({ id, rights, onClose }: Props) {
  const { t } = useI18n(words);
  return (
    <Drawer
      open={id !== null}
      title={t('account')}
      size="large"
      onClose={onClose}
      destroyOnHidden
      data-testid="account-drawer"
    >
      {id !== null && <Opened key={id} id={id} rights={rights} />}
    </Drawer>
  );
}

function Opened({ id, rights }: { id: number; rights: Rights }) {
  const { t, time } = useI18n(words);
  const modules = useModules();
  const whole = useAccount(id);
  if (whole.error) return <PanelProblem error={whole.error} onRetry={() => void whole.refetch()} />;
  if (!whole.data) return <Skeleton active />;
  const { account, posts } = whole.data;
  const facts = [
    [t('login'), account.login],
    [t('agency'), account.agency],
    [t('phone'), account.phone ?? t('none')],
    [t('email'), account.email ?? t('none')],
    [t('secondFactor'), t(account.second_factor ? 'secondFactorOn' : 'secondFactorOff')],
    [t('signedInAt'), account.signed_in_at ? time(account.signed_in_at) : t('never')],
  ] as const;
  return (
    <div className="drawer">
      <h2>
        {account.name} <StateTag state={account.state} />
        {account.administrator && (
          <Tag color="processing">{t(`administrator_${account.administrator as 'system' | 'security' | 'audit'}`)}</Tag>
        )}
        {account.certificate_only && <Tag>{t('certificateOnly')}</Tag>}
      </h2>
      <dl className="facts">
        {facts.map(([title, value]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {rights.manage && <AccountActions account={account} self={rights.self === account.id} />}
      <HoldingList account={account} posts={posts} rights={rights} />
      {rights.secure &&
        modules.map(
          ({ name, OfAccount }) =>
            OfAccount && (
              <Part key={name}>
                <OfAccount account={account} />
              </Part>
            ),
        )}
    </div>
  );
}
