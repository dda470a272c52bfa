import { AppstoreOutlined, AuditOutlined, EnvironmentOutlined, IdcardOutlined, TeamOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { TextKey } from '../i18n';

/** What the pages are called that somebody goes to by themselves. */
export const PLACES: Record<string, { title: TextKey; icon: ReactNode }> = {
  '/map': { title: 'toMap', icon: <EnvironmentOutlined /> },
  '/admin': { title: 'toAdmin', icon: <TeamOutlined /> },
  '/audit': { title: 'toAudit', icon: <AuditOutlined /> },
  '/portal': { title: 'toPortal', icon: <AppstoreOutlined /> },
  '/account': { title: 'toAccount', icon: <IdcardOutlined /> },
};
