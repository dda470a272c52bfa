import './audit.css';
import { Badge, Tabs } from 'antd';
import { useState } from 'react';
import type { Session } from '../../api/client';
import { useI18n } from '../../i18n';
import { Frame } from '../../app/Frame';
import { Boundary } from '../../kit/part/Boundary';
import { Alerts } from './Alerts';
import { ChainState } from './ChainState';
import { Entries } from './Entries';
import { usual, type Filter } from './filter';
import { useAlerts } from './queries';
import { Rules } from './Rules';

/** The audit administrator's page. */
export default function Audit({ session }: { session: Session }) {
  const { t } = useI18n();
  if (!session.permissions.includes('audit.read')) return <p className="audit-none">{t('auditForbidden')}</p>;
  return <Frame session={session} title={t('auditTitle')}><Rooms /></Frame>;
}

function Rooms() {
  const { t } = useI18n();
  const [room, enter] = useState('entries');
  const [filter, setFilter] = useState<Filter>(usual);
  const open = useAlerts(true).data?.pages[0]?.open ?? 0;
  const show = (next: Filter) => {
    setFilter(next);
    enter('entries');
  };
  return (
    <main className="audit" data-testid="audit">
      <p className="audit-quiet">{t('auditExplain')}</p>
      <Tabs
        activeKey={room} onChange={enter}
        items={[
          { key: 'entries', label: t('auditEntries'), children: <Boundary of="panel"><div className="audit-room"><Entries filter={filter} onFilter={setFilter} /></div></Boundary> },
          { key: 'alerts', label: <Badge count={open} offset={[12, -2]} size="small">{t('auditAlerts')}</Badge>, children: <Boundary of="panel"><Alerts onEntries={show} /></Boundary> },
          { key: 'rules', label: t('auditRules'), children: <Boundary of="panel"><Rules /></Boundary> },
          { key: 'chain', label: t('auditChain'), children: <Boundary of="panel"><ChainState /></Boundary> },
        ]}
      />
    </main>
  );
}
