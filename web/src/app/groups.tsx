import {
  AuditOutlined,
  BankOutlined,
  BarChartOutlined,
  ControlOutlined,
  CustomerServiceOutlined,
  EnvironmentOutlined,
  FlagOutlined,
  HomeOutlined,
  IdcardOutlined,
  SettingOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import { type DeclaredPage, declared, type Title } from '../api/declared';

const ICONS: Readonly<Record<string, ReactNode>> = {
  desk: <HomeOutlined />,
  map: <EnvironmentOutlined />,
  cases: <FlagOutlined />,
  grid: <AuditOutlined />,
  archive: <IdcardOutlined />,
  services: <CustomerServiceOutlined />,
  reports: <BarChartOutlined />,
  command: <ControlOutlined />,
  system: <SettingOutlined />,
};

/** A group of the navigation with the reader's pages in it. */
export interface NavGroup {
  name: string;
  title: Title;
  icon: ReactNode;
  pages: readonly Pick<DeclaredPage, 'path' | 'title' | 'on_phones'>[];
}

const HOME: NavGroup['pages'][number] = { path: '/', title: { zh: '首页', en: 'Home' }, on_phones: true };

/** The groups that hold a page of the reader's, as the modules declare them; home comes first. */
export function navGroups(): readonly NavGroup[] {
  const { groups, pages } = declared();
  return groups.map(({ name, title }) => {
    const own = pages
      .filter((page) => page.group === name)
      .toSorted((one, other) => (one.place ?? 0) - (other.place ?? 0));
    return { name, title, icon: ICONS[name] ?? <BankOutlined />, pages: name === 'desk' ? [HOME, ...own] : own };
  });
}

/** The group of an address. */
export const groupAt = (path: string): NavGroup | undefined => {
  const within = (page: string) => path === page || (page !== '/' && path.startsWith(`${page}/`));
  return navGroups().find(({ pages }) => pages.some((page) => within(page.path)));
};
