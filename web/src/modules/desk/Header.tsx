import { GlobalOutlined, SearchOutlined } from '@ant-design/icons';
import { AutoComplete, Button, Input } from 'antd';
import { useDeferredValue, useEffect, useState } from 'react';
import type { Found, Session } from '../../api/client';
import { useSearch } from '../../api/hooks';
import { useI18n, type TextKey } from '../../i18n';
import { useWords } from '../../kit/form/faults';
import { UserMenu } from '../../app/UserMenu';

const KINDS: [kind: string, title: TextKey][] = [
  ['region', 'kindRegion'], ['road', 'kindRoad'], ['building', 'kindBuilding'], ['organisation', 'kindOrganisation'], ['person', 'kindPerson'],
];
const PAUSE_MS = 180;

function useSettled(text: string): string {
  const [settled, settle] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => settle(text.trim()), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  return useDeferredValue(settled);
}

/** The product's name, the search, who is signed in. */
export function Header({ session, onFound }: { session: Session; onFound: (found: Found) => void }) {
  const { t, language, setLanguage } = useI18n();
  const [text, setText] = useState('');
  const query = useSettled(text);
  const search = useSearch(query);
  const words = useWords();
  // What was found for another text says nothing once this one's search has failed, though it is tried again.
  const failed = search.failureReason;
  const items = query === '' || failed ? [] : (search.data?.items ?? []);
  const options = KINDS.map(([kind, title]) => ({
    label: <span className="found-kind">{t(title)}</span>,
    options: items.filter((item) => item.kind === kind).map((item) => ({
      value: `${item.kind}/${item.id}`,
      label: <span className="found"><b>{item.name || t('unnamed')}</b>{item.detail !== item.name && <small>{item.detail}</small>}</span>,
    })),
  })).filter((group) => group.options.length > 0);

  const placeholder = t(session.permissions.includes('person.read') ? 'searchPlaceholder' : 'searchPlaceholderNoPeople');

  return (
    <header className="header">
      <a className="brand" href="/" title={t('brandHome')}><img src="/favicon.svg" alt="" width={30} height={30} /><strong>{t('product')}<span className="wide">{t('productLong').slice(t('product').length)}</span></strong></a>
      <AutoComplete
        className="search"
        value={text}
        options={options}
        onSearch={setText}
        onSelect={(value: string) => {
          const found = items.find((item) => `${item.kind}/${item.id}` === value);
          if (!found) return;
          setText(found.name);
          onFound(found);
        }}
        notFoundContent={query === '' ? null : failed ? <span role="alert">{t('searchFailed')}{words(failed)}</span> : search.isFetching ? null : t('searchNothing')}
        popupMatchSelectWidth
      >
        <Input prefix={<SearchOutlined aria-hidden />} placeholder={placeholder} aria-label={placeholder} data-testid="search-input" allowClear />
      </AutoComplete>
      <div className="who">
        <Button type="text" icon={<GlobalOutlined aria-hidden />} aria-label={t('languageLabel')} onClick={() => setLanguage(language === 'en' ? 'zh-CN' : 'en')}>
          <span className="wide">{t('language')}</span>
        </Button>
        <UserMenu session={session} />
      </div>
    </header>
  );
}
