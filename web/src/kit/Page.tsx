import { Breadcrumb } from 'antd';
import { type ReactNode, useEffect } from 'react';
import { Link, useLocation } from 'react-router';
import { declared, pageAt } from '../api/declared';
import { useI18n } from '../i18n';
import classes from './Page.module.css';

interface Props {
  /** What it is called; as its module declares it when not given. */
  title?: string;
  /** Beside the title. */
  actions?: ReactNode;
  /** One line below it: what the page is for. */
  about?: ReactNode;
  children: ReactNode;
}

/** A page within the shell: where it stands, what it is called, what can be done, and its content. */
export function Page({ title, actions, about, children }: Props) {
  const { t, title: say } = useI18n();
  const { pathname } = useLocation();
  const page = pageAt(pathname);
  const group = declared().groups.find(({ name }) => name === page?.group);
  const called = title ?? say(page?.title);
  useEffect(() => {
    document.title = `${called} · ${t('product')}`;
  }, [called, t]);
  // A record's page stands below its list.
  const above = page && say(page.title) !== called ? say(page.title) : null;
  const listed = page?.place != null;
  const trail = [
    { key: 'home', title: <Link to="/">{t('home_title')}</Link> },
    ...(group ? [{ key: 'group', title: say(group.title) }] : []),
    ...(page && above ? [{ key: 'page', title: listed ? <Link to={page.path}>{above}</Link> : above }] : []),
    { key: 'here', title: <span aria-current="page">{called}</span> },
  ];
  return (
    <main id="main" className={classes['page']} data-skip-to tabIndex={-1}>
      {pathname !== '/' && <Breadcrumb items={trail} aria-label={t('breadcrumb')} />}
      <header className={classes['head']}>
        <h1>{called}</h1>
        {actions && <div className={classes['actions']}>{actions}</div>}
      </header>
      {about && <p className={classes['about']}>{about}</p>}
      {children}
    </main>
  );
}
