import './signOn.css';
import type { PageProps } from '../../kit/module';
import { Page } from '../../kit/Page';
import { Systems } from './Systems';

export default function SystemsPage({ session: { permissions } }: PageProps) {
  return (
    <Page>
      <Systems
        rights={{ manage: permissions.includes('identity.manage'), secure: permissions.includes('identity.secure') }}
      />
    </Page>
  );
}
