import { Badge } from 'antd';
import type { Session } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { Boundary } from '../../../kit/part/Boundary';
import { Authorities } from '../../certificates/Authorities';
import { Frame } from '../../../app/Frame';
import { useRequests } from '../hooks';
import { Systems } from '../../sso/Systems';
import { Overview } from './Overview';
import { People } from './People';
import { PolicyPanel } from './PolicyPanel';
import { Requests } from './Requests';
import { Roles } from './Roles';
import { addressOf, sections, useSection } from './useSection';

/** What an administrator may do here. */
export interface Rights {
  manage: boolean;
  secure: boolean;
  /** The account that is signed in. */
  self: number | null;
}

/** A phone shows a part of the sections at a time: the present one is among them. */
const intoView = (link: HTMLAnchorElement | null) => link?.scrollIntoView({ block: 'nearest', inline: 'nearest' });

/** The administrators' page: agencies and people, roles, what waits to be agreed to, the policy. */
export default function Admin({ session }: { session: Session }) {
  const { t } = useI18n();
  const [section, go] = useSection();
  const waiting = useRequests(true).data?.waiting ?? 0;
  const rights: Rights = {
    manage: session.permissions.includes('identity.manage'),
    secure: session.permissions.includes('identity.secure'),
    self: session.account?.id ?? null,
  };
  return (
    <Frame session={session} title={t('adminTitle')}>
      <nav className="office-nav" aria-label={t('adminSections')}>
        {sections.filter((name) => name !== 'authorities' || rights.secure).map((name) => (
          <a
            key={name} href={addressOf(name)} aria-current={name === section ? 'page' : undefined} ref={name === section ? intoView : undefined}
            onClick={(event) => {
              if (event.metaKey || event.ctrlKey) return;
              event.preventDefault();
              go(name);
            }}
          >
            {t(`admin_${name}`)}
            {name === 'requests' && waiting > 0 && <Badge count={waiting} size="small" />}
          </a>
        ))}
      </nav>
      <main className="office-body" data-section={section}>
        <Boundary key={section} of="panel">
          {section === 'overview' && <Overview onGo={go} />}
          {section === 'people' && <People rights={rights} />}
          {section === 'roles' && <Roles rights={rights} />}
          {section === 'requests' && <Requests rights={rights} />}
          {section === 'policy' && <PolicyPanel rights={rights} />}
          {section === 'authorities' && rights.secure && <Authorities />}
          {section === 'systems' && <Systems rights={rights} />}
        </Boundary>
      </main>
    </Frame>
  );
}
