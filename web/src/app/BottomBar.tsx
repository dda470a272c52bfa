import { MenuOutlined } from '@ant-design/icons';
import { Link, useLocation } from 'react-router';
import { useI18n } from '../i18n';
import { groupAt, type NavGroup } from './groups';
import classes from './Shell.module.css';
import { useWay } from './useWay';

/** So many ways stand in a phone's bar, beside the one to all others. */
const MOST = 4;

/** A phone's navigation: four groups, and all pages behind one more. */
export function BottomBar({
  groups,
  isMap,
  listed,
  onList,
}: {
  groups: readonly NavGroup[];
  isMap: boolean;
  /** Whether all pages are listed now. */
  listed: boolean;
  onList: () => void;
}) {
  const { t, title } = useI18n();
  const { pathname } = useLocation();
  const way = useWay();
  const current = groupAt(pathname)?.name;
  const shown = groups.filter(({ pages }) => pages.some(({ on_phones }) => on_phones)).slice(0, MOST);
  return (
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
      <button type="button" aria-haspopup="dialog" aria-expanded={listed} onClick={onList} data-testid="more">
        <MenuOutlined aria-hidden />
        {t('more')}
      </button>
    </nav>
  );
}
