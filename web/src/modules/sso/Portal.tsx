import './signOn.css';
import { AppstoreOutlined, AuditOutlined, EnvironmentOutlined, ExportOutlined, IdcardOutlined, TeamOutlined } from '@ant-design/icons';
import { Empty, Skeleton, Tag } from 'antd';
import type { ReactNode } from 'react';
import type { Session } from '../../api/client';
import { PanelProblem } from '../../kit/Problem';
import { useI18n, type TextKey } from '../../i18n';
import { entrances } from '../../app/pages';
import { Frame } from '../../app/Frame';
import { usePortal } from './hooks';

const OURS: Record<string, { title: TextKey; about: TextKey; icon: ReactNode }> = {
  '/map': { title: 'toMap', about: 'portalMap', icon: <EnvironmentOutlined /> },
  '/admin': { title: 'toAdmin', about: 'portalAdmin', icon: <TeamOutlined /> },
  '/audit': { title: 'toAudit', about: 'portalAudit', icon: <AuditOutlined /> },
  '/account': { title: 'toAccount', about: 'portalAccount', icon: <IdcardOutlined /> },
};

function Door({ href, icon, title, about, outside, mark }: { href: string; icon: ReactNode; title: string; about: string; outside?: boolean; mark?: ReactNode }) {
  return (
    <a className="door" href={href} {...(outside ? { target: '_blank', rel: 'noreferrer' } : {})}>
      <span className="door-icon" aria-hidden>{icon}</span>
      <span className="door-text"><strong>{title}</strong><small>{about}</small></span>
      {mark}
      {outside && <ExportOutlined aria-hidden />}
    </a>
  );
}

/** What one sign-in opens: the product's own pages, and the systems that are registered. */
export default function Portal({ session }: { session: Session }) {
  const { t } = useI18n();
  const portal = usePortal();
  const systems = portal.data?.systems ?? [];
  return (
    <Frame session={session} title={t('portalTitle')}>
      <main className="office-body portal">
        <section aria-label={t('portalOurs')}>
          <h2>{t('portalOurs')}</h2>
          <div className="doors">
            {entrances(session.permissions).flatMap((path) => {
              const known = OURS[path];
              return known ? [<Door key={path} href={path} icon={known.icon} title={t(known.title)} about={t(known.about)} />] : [];
            })}
          </div>
        </section>
        <section aria-label={t('portalSystems')}>
          <h2>{t('portalSystems')}</h2>
          <p className="hint-text">{t('portalExplain')}</p>
          {portal.error && <PanelProblem error={portal.error} onRetry={() => void portal.refetch()} />}
          {portal.isLoading && <Skeleton active />}
          {portal.data && systems.length === 0 && <div className="tile"><Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('portalNone')} /></div>}
          <div className="doors">
            {systems.map(({ id, name, about, home_url, signed_in }) => (
              <Door key={id} outside href={home_url} icon={<AppstoreOutlined />} title={name} about={about} mark={signed_in && <Tag color="success">{t('portalSignedIn')}</Tag>} />
            ))}
          </div>
        </section>
      </main>
    </Frame>
  );
}
