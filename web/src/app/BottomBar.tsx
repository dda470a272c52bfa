import { MenuOutlined } from '@ant-design/icons';
import { Drawer } from 'antd';
import { useState } from 'react';
import { Link, useLocation } from 'react-router';
import { pageAt } from '../api/declared';
import { useI18n } from '../i18n';
import { groupAt, type NavGroup } from './groups';
import { useWay } from './Rail';
import classes from './Shell.module.css';

/** So many ways stand in a phone's bar, beside the one to all others. */
const MOST = 4;

/** A phone's navigation: four groups, and all pages behind one more. */
export function BottomBar({ groups, isMap }: { groups: readonly NavGroup[]; isMap: boolean }) {
  const { t, title } = useI18n();
  const { pathname } = useLocation();
  const way = useWay();
  const [open, setOpen] = useState(false);
  const current = groupAt(pathname)?.name;
  const shown = groups.filter(({ pages }) => pages.some(({ on_phones }) => on_phones)).slice(0, MOST);
  return (
    <>
      <nav className={classes['bottom']} aria-label={t('navigation')} data-map={isMap} data-testid="bottom-bar">
        {shown.map(({ name, title: called, icon, pages }) => (
          <Link
            key={name}
            to={way(pages.find(({ on_phones }) => on_phones)?.path ?? '/')}
            data-current={current === name}
          >
            <span aria-hidden>{icon}</span>
            {title(called)}
          </Link>
        ))}
        <button
          type="button"
          aria-haspopup="dialog"
          aria-expanded={open}
          onClick={() => setOpen(true)}
          data-testid="more"
        >
          <MenuOutlined aria-hidden />
          {t('more')}
        </button>
      </nav>
      <AllPages groups={groups} open={open} onClose={() => setOpen(false)} />
    </>
  );
}

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
