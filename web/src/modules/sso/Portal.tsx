import './signOn.css';
import { AppstoreOutlined, ExportOutlined } from '@ant-design/icons';
import { Empty, Skeleton, Tag } from 'antd';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n';
import { Page } from '../../kit/Page';
import { PanelProblem } from '../../kit/Problem';
import { usePortal } from './hooks';
import { words } from './words';

function Door({
  href,
  icon,
  title,
  about,
  outside,
  mark,
}: {
  href: string;
  icon: ReactNode;
  title: string;
  about: string;
  outside?: boolean;
  mark?: ReactNode;
}) {
  return (
    <a className="door" href={href} {...(outside ? { target: '_blank', rel: 'noreferrer' } : {})}>
      <span className="door-icon" aria-hidden>
        {icon}
      </span>
      <span className="door-text">
        <strong>{title}</strong>
        <small>{about}</small>
      </span>
      {mark}
      {outside && <ExportOutlined aria-hidden />}
    </a>
  );
}

/** What one sign-in opens: the product's own pages, and the systems that are registered. */
export default function Portal() {
  const { t } = useI18n(words);
  const portal = usePortal();
  const systems = portal.data?.systems ?? [];
  return (
    <Page>
      <div className="portal">
        <section aria-label={t('portalSystems')}>
          <h2>{t('portalSystems')}</h2>
          <p className="hint-text">{t('portalExplain')}</p>
          {portal.error && <PanelProblem error={portal.error} onRetry={() => void portal.refetch()} />}
          {portal.isLoading && <Skeleton active />}
          {portal.data && systems.length === 0 && (
            <div className="tile">
              <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('portalNone')} />
            </div>
          )}
          <div className="doors">
            {systems.map(({ id, name, about, home_url, signed_in }) => (
              <Door
                key={id}
                outside
                href={home_url}
                icon={<AppstoreOutlined />}
                title={name}
                about={about}
                mark={signed_in && <Tag color="success">{t('portalSignedIn')}</Tag>}
              />
            ))}
          </div>
        </section>
      </div>
    </Page>
  );
}
