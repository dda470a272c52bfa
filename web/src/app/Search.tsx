import { SearchOutlined } from '@ant-design/icons';
import { AutoComplete, Input, type InputRef } from 'antd';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import type { Found, Session } from '../api/client';
import { declared } from '../api/declared';
import { useSearch } from '../api/hooks';
import { useI18n } from '../i18n';
import { useSaying } from '../kit/form/faults';
import { type ModuleView, useModules } from '../kit/module';
import { navGroups } from './groups';
import classes from './Shell.module.css';

const PAUSE_MS = 180;
/** So many pages are named before what the server finds. */
const PAGES = 5;

function useSettled(text: string): string {
  const [settled, settle] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => settle(text.trim()), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  return useDeferredValue(settled);
}

/** Where what was found opens: as its module says, else at its own page. */
function addressOf(
  modules: readonly ModuleView[],
  found: Found,
  here: { pathname: string; search: string },
): { address: string; isStep?: boolean } | null {
  for (const module of modules) {
    const known = module.addressOf?.(found, here);
    if (known) return known;
  }
  const page = declared().objects.find(({ kind }) => kind === found.kind)?.page;
  return page ? { address: page.replace('{id}', String(found.id)) } : null;
}

/** Finds pages, places, things and people from everywhere; Ctrl K goes here. */
export function Search({ session, onDone }: { session: Session; onDone: () => void }) {
  const { t, title } = useI18n();
  const modules = useModules();
  const navigate = useNavigate();
  const here = useLocation();
  const field = useRef<InputRef>(null);
  const [text, setText] = useState('');
  const query = useSettled(text);
  const search = useSearch(query);
  const saying = useSaying();
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      field.current?.focus({ cursor: 'all' });
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
  // What was found for another text says nothing once this one's search has failed, though it is tried again.
  const failed = search.failureReason;
  const items = query === '' || failed ? [] : (search.data?.items ?? []);
  const sought = query.toLowerCase();
  const pages =
    query === ''
      ? []
      : navGroups()
          .flatMap((group) => group.pages)
          .filter((page) => [page.title.zh, page.title.en].some((name) => name.toLowerCase().includes(sought)))
          .slice(0, PAGES);
  const options = [
    {
      label: <span className={classes['foundKind']}>{t('pagesFound')}</span>,
      options: pages.map((page) => ({
        value: `page ${page.path}`,
        label: (
          <span className={classes['found']}>
            <b>{title(page.title)}</b>
          </span>
        ),
      })),
    },
    ...declared().search.map((kind) => ({
      label: <span className={classes['foundKind']}>{title(kind.title)}</span>,
      options: items
        .filter((item) => item.kind === kind.kind)
        .map((item) => ({
          value: `${item.kind}/${item.id}`,
          label: (
            <span className={classes['found']}>
              <b>{item.name || t('unnamed')}</b>
              {item.detail !== item.name && <small>{item.detail}</small>}
            </span>
          ),
        })),
    })),
  ].filter((group) => group.options.length > 0);
  const placeholder = t(session.permissions.includes('map.read') ? 'searchPlaceholder' : 'searchPages');
  const open = (value: string) => {
    if (value.startsWith('page ')) {
      setText('');
      onDone();
      return void navigate(value.slice(5));
    }
    const found = items.find((item) => `${item.kind}/${item.id}` === value);
    const way = found && addressOf(modules, found, here);
    if (!found || !way) return undefined;
    setText('');
    onDone();
    return void navigate(way.address, { state: { isStep: way.isStep ?? false, called: found.name } });
  };
  return (
    <AutoComplete
      className={classes['search'] ?? ''}
      value={text}
      options={options}
      onSearch={setText}
      onSelect={open}
      popupMatchSelectWidth
      notFoundContent={
        query === '' ? null : failed ? (
          <span role="alert">
            {t('searchFailed')}
            {saying(failed)}
          </span>
        ) : search.isFetching ? null : (
          t('searchNothing')
        )
      }
    >
      <Input
        ref={field}
        prefix={<SearchOutlined aria-hidden />}
        suffix={<kbd aria-hidden>Ctrl K</kbd>}
        placeholder={placeholder}
        aria-label={placeholder}
        aria-keyshortcuts="Control+K"
        data-testid="search-input"
        allowClear
      />
    </AutoComplete>
  );
}
