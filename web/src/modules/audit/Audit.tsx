import './audit.css';
import { Badge, Tabs } from 'antd';
import { useSearchParams } from 'react-router';
import { useI18n } from '../../i18n';
import { Page } from '../../kit/Page';
import { Boundary } from '../../kit/part/Boundary';
import { Alerts } from './Alerts';
import { ChainState } from './ChainState';
import { Entries } from './Entries';
import { useAlerts } from './queries';
import { Rules } from './Rules';
import { words } from './words';

const ENTRIES = 'entries';

/** The audit administrator's page. Its room and what is looked for stand in its address, so that Back leads to them. */
export default function Audit() {
  const { t } = useI18n(words);
  const [asked, ask] = useSearchParams();
  const open = useAlerts(true).data?.pages[0]?.open ?? 0;
  return (
    <Page about={t('auditExplain')}>
      <div className="audit" data-testid="audit">
        <Tabs
          activeKey={asked.get('room') ?? ENTRIES}
          onChange={(room) => ask(room === ENTRIES ? {} : { room })}
          items={[
            {
              key: ENTRIES,
              label: t('auditEntries'),
              children: (
                <Boundary of="panel">
                  <Entries />
                </Boundary>
              ),
            },
            {
              key: 'alerts',
              label: (
                <Badge count={open} offset={[12, -2]} size="small">
                  {t('auditAlerts')}
                </Badge>
              ),
              children: (
                <Boundary of="panel">
                  <Alerts onEntries={ask} />
                </Boundary>
              ),
            },
            {
              key: 'rules',
              label: t('auditRules'),
              children: (
                <Boundary of="panel">
                  <Rules />
                </Boundary>
              ),
            },
            {
              key: 'chain',
              label: t('auditChain'),
              children: (
                <Boundary of="panel">
                  <ChainState />
                </Boundary>
              ),
            },
          ]}
        />
      </div>
    </Page>
  );
}
