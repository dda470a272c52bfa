import { MenuFoldOutlined, MenuUnfoldOutlined } from '@ant-design/icons';
import { Tooltip } from 'antd';
import { Link, useLocation } from 'react-router';
import { pageAt } from '../api/declared';
import { useI18n } from '../i18n';
import { groupAt, type NavGroup } from './groups';
import classes from './Shell.module.css';
import { useWay } from './useWay';

export type RailState = 'open' | 'folded' | 'none';

/** The reader's pages by groups, at the side. */
export function Rail({
  groups,
  state,
  onToggle,
}: {
  groups: readonly NavGroup[];
  state: RailState;
  onToggle: () => void;
}) {
  const { t, title } = useI18n();
  const { pathname } = useLocation();
  const way = useWay();
  const here = pathname === '/' ? '/' : pageAt(pathname)?.path;
  const current = groupAt(pathname)?.name;
  const label = t(state === 'open' ? 'railFold' : 'railOpen');
  return (
    <nav className={classes['rail']} aria-label={t('navigation')} data-testid="rail" data-area>
      <ul className={classes['groups']}>
        {groups.map(({ name, title: called, icon, pages }) =>
          state === 'folded' ? (
            <li key={name}>
              <Tooltip
                title={pages.length > 1 ? pages.map((page) => title(page.title)).join(' · ') : undefined}
                placement="right"
              >
                <Link
                  className={classes['tall']}
                  to={way(pages[0]?.path ?? '/')}
                  data-current={current === name}
                  aria-current={current === name ? 'true' : undefined}
                >
                  <span aria-hidden>{icon}</span>
                  {title(called)}
                </Link>
              </Tooltip>
            </li>
          ) : (
            <li key={name}>
              <div className={classes['group']}>
                <span aria-hidden>{icon}</span>
                {title(called)}
              </div>
              <ul>
                {pages.map((page) => (
                  <li key={page.path}>
                    <Link
                      className={classes['link']}
                      to={way(page.path)}
                      aria-current={here === page.path ? 'page' : undefined}
                    >
                      {title(page.title)}
                    </Link>
                  </li>
                ))}
              </ul>
            </li>
          ),
        )}
      </ul>
      <button
        type="button"
        className={classes['fold']}
        aria-label={label}
        title={label}
        aria-expanded={state === 'open'}
        onClick={onToggle}
        data-testid="rail-fold"
      >
        {state === 'open' ? <MenuFoldOutlined aria-hidden /> : <MenuUnfoldOutlined aria-hidden />}
      </button>
    </nav>
  );
}
