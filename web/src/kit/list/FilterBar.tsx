import { DownloadOutlined, SettingOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Button, Checkbox, DatePicker, Dropdown, Input, Popover, Select } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { useI18n } from '../../i18n';
import { fromPicker, toPicker } from '../../i18n/clock';
import { fileAt, keep, fileName as nameOfFile } from '../downloads';
import { PanelProblem } from '../Problem';
import type { ShownColumns } from './columns';
import classes from './List.module.css';
import { SavedLists } from './SavedLists';
import type { ListChoice, ListSource } from './useList';

/** A way to narrow a list, by the name that the server's list has for it. */
export interface FilterDef {
  name: string;
  title: string;
  kind: 'text' | 'choice' | 'moment';
  /** Of a choice. */
  options?: readonly { value: string; label: string }[];
}

interface Props {
  filters: readonly FilterDef[];
  choice: ListChoice;
  shown: ShownColumns<{ key: string; title: string }>;
  source: Pick<ListSource<object>, 'key' | 'path' | 'fixed'>;
  total: number | null;
  fileName?: string | undefined;
  actions?: ReactNode;
}

/** So long somebody types before the list follows. */
const PAUSE_MS = 250;

/** What narrows a list, how many there are, which columns are shown, its files and what was kept of it. */
export function FilterBar({ filters, choice, shown, source, total, fileName, actions }: Props) {
  const { t, number } = useI18n();
  const taking = useMutation({
    mutationFn: async (format: 'xlsx' | 'csv') => {
      const query = new URLSearchParams({
        ...source.fixed,
        ...choice.query,
        ...(choice.sort ? { sort: choice.sort } : {}),
        format,
      });
      keep(await fileAt(`${source.path}?${query.toString()}`), nameOfFile(fileName ?? source.key, format));
    },
  });
  const isNarrowed = Object.keys(choice.query).length > 0;
  return (
    <>
      <div className={classes['filters']} role="search" aria-label={t('listFilters')}>
        {filters.map((filter) => (
          <Filter key={filter.name} filter={filter} choice={choice} />
        ))}
        {isNarrowed && (
          <Button type="link" onClick={() => choice.set(Object.fromEntries(filters.map(({ name }) => [name, ''])))}>
            {t('listReset')}
          </Button>
        )}
        <div className={classes['tools']}>
          {total !== null && (
            <span className={classes['total']} aria-live="polite" data-testid="list-total">
              {t('listTotal', { n: number(total) })}
            </span>
          )}
          <SavedLists />
          <Popover
            trigger="click"
            placement="bottomRight"
            title={t('listColumns')}
            content={
              <Checkbox.Group
                className={classes['columns'] ?? ''}
                value={[...shown.keys]}
                onChange={(keys) => shown.choose(keys.map(String))}
                options={shown.all.map(({ key, title }) => ({ value: key, label: title }))}
              />
            }
          >
            <Button icon={<SettingOutlined aria-hidden />} aria-label={t('listColumns')} title={t('listColumns')} />
          </Popover>
          {fileName && (
            <Dropdown
              trigger={['click']}
              menu={{
                items: [
                  { key: 'xlsx', label: 'Excel (XLSX)' },
                  { key: 'csv', label: 'CSV' },
                ],
                onClick: ({ key }) => taking.mutate(key === 'csv' ? 'csv' : 'xlsx'),
              }}
            >
              <Button
                icon={<DownloadOutlined aria-hidden />}
                loading={taking.isPending}
                aria-haspopup="menu"
                data-testid="list-download"
              >
                {t('download')}
              </Button>
            </Dropdown>
          )}
          {actions}
        </div>
      </div>
      {taking.error && <PanelProblem error={taking.error} onRetry={() => taking.reset()} />}
    </>
  );
}

function Filter({ filter, choice }: { filter: FilterDef; choice: ListChoice }) {
  const { t } = useI18n();
  const { name, title, kind } = filter;
  const value = choice.query[name] ?? '';
  if (kind === 'choice') {
    return (
      <Select<string>
        value={value}
        aria-label={title}
        popupMatchSelectWidth={false}
        options={[{ value: '', label: `${title}：${t('listAny')}` }, ...(filter.options ?? [])]}
        onChange={(next) => choice.set({ [name]: next })}
        data-testid={`filter-${name}`}
      />
    );
  }
  if (kind === 'moment') {
    return (
      <DatePicker
        showTime={{ format: 'HH:mm' }}
        format="YYYY-MM-DD HH:mm"
        placeholder={title}
        aria-label={title}
        value={value ? toPicker(value) : null}
        onChange={(picked) => choice.set({ [name]: picked ? fromPicker(picked) : '' })}
        data-testid={`filter-${name}`}
      />
    );
  }
  return (
    <TextFilter key={name} title={title} value={value} onChange={(next) => choice.set({ [name]: next })} name={name} />
  );
}

function TextFilter({
  title,
  value,
  name,
  onChange,
}: {
  title: string;
  value: string;
  name: string;
  onChange: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  const [asked, setAsked] = useState(value);
  // Back, or a list that was kept, says another text.
  if (asked !== value) {
    setAsked(value);
    setText(value);
  }
  const wanted = text.trim();
  useEffect(() => {
    if (wanted === value) return undefined;
    const timer = window.setTimeout(() => {
      setAsked(wanted);
      onChange(wanted);
    }, PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [wanted, value, onChange]);
  return (
    <Input.Search
      allowClear
      maxLength={50}
      value={text}
      placeholder={title}
      aria-label={title}
      onChange={({ target }) => setText(target.value)}
      data-testid={`filter-${name}`}
    />
  );
}
