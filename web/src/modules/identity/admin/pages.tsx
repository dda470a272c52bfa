import '../identity.css';
import { Badge } from 'antd';
import { useI18n } from '../../../i18n';
import type { PageProps } from '../../../kit/module';
import { Page } from '../../../kit/Page';
import { useWaitingRequests } from '../hooks';
import { words } from '../words';
import { Overview } from './Overview';
import { People } from './People';
import { PolicyPanel } from './PolicyPanel';
import { Requests } from './Requests';
import { Roles } from './Roles';
import { rightsOf } from './rights';

export const OverviewPage = () => (
  <Page>
    <Overview />
  </Page>
);
export const PeoplePage = ({ session }: PageProps) => (
  <Page>
    <People rights={rightsOf(session)} />
  </Page>
);
export const RolesPage = ({ session }: PageProps) => (
  <Page>
    <Roles rights={rightsOf(session)} />
  </Page>
);
export const PolicyPage = ({ session }: PageProps) => (
  <Page>
    <PolicyPanel rights={rightsOf(session)} />
  </Page>
);

export function RequestsPage({ session }: PageProps) {
  const { t } = useI18n(words);
  const waiting = useWaitingRequests().data?.total ?? 0;
  return (
    <Page actions={waiting > 0 && <Badge count={waiting} title={t('waitingSome', { count: waiting })} />}>
      <Requests rights={rightsOf(session)} />
    </Page>
  );
}
