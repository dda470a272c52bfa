import { Drawer } from 'antd';
import { Link, useLocation } from 'react-router';
import { pageAt } from '../api/declared';
import { useI18n } from '../i18n';
import type { NavGroup } from './groups';
import classes from './Shell.module.css';
import { useWay } from './useWay';

/** Every page of the reader's, for screens that have no room for the navigation. */
export function AllPages({
  groups,
  open,
  onClose,
}: {
  groups: readonly NavGroup[];
  open: boolean;
  onClose: () => void;
}) {
  const { t, title } = useI18n();
  const { pathname } = useLocation();
  const way = useWay();
  const here = pathname === '/' ? '/' : pageAt(pathname)?.path;
  return (
    <Drawer open={open} placement="left" size={280} title={t('navigation')} onClose={onClose} destroyOnHidden>
      <nav className={classes['more']} aria-label={t('navigation')}>
        {groups.map(({ name, title: called, pages }) => (
          <section key={name}>
            <h3>{title(called)}</h3>
            <ul>
              {pages
                .filter(({ on_phones }) => on_phones)
                .map((page) => (
                  <li key={page.path}>
                    <Link to={way(page.path)} aria-current={here === page.path ? 'page' : undefined} onClick={onClose}>
                      {title(page.title)}
                    </Link>
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </nav>
    </Drawer>
  );
}
