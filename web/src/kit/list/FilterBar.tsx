import { DownloadOutlined, FilterOutlined, SettingOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Button, Checkbox, Dropdown, Grid, Popover } from 'antd';
import { type ReactNode, useState } from 'react';
import { useI18n } from '../../i18n';
import { fileAt, keep, fileName as nameOfFile } from '../downloads';
import { PanelProblem } from '../Problem';
import type { ShownColumns } from './columns';
import { Filter, type FilterDef } from './Filter';
import classes from './List.module.css';
import { SavedLists } from './SavedLists';
import type { ListChoice, ListSource } from './useList';

interface Props {
  filters: readonly FilterDef[];
  choice: ListChoice;
  shown: ShownColumns<{ key: string; title: string }>;
  source: Pick<ListSource<object>, 'key' | 'path' | 'fixed'>;
  total: number | null;
  fileName?: string | undefined;
  actions?: ReactNode;
}

/** So many filters a phone shows until all are asked for. */
const FIRST = 2;

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
  const isPhone = Grid.useBreakpoint().md === false;
  const [opened, setOpened] = useState(false);
  const narrowed = filters.filter(({ name, until = name }) => choice.query[name] || choice.query[until]).length;
  const isFolded = isPhone && filters.length > FIRST;
  const offered = isFolded && !opened ? filters.slice(0, FIRST) : filters;
  return (
    <>
      <div className={classes['filters']} role="search" aria-label={t('listFilters')}>
        {offered.map((filter) => (
          <Filter key={filter.name} filter={filter} choice={choice} />
        ))}
        {isFolded && (
          <Button
            icon={<FilterOutlined aria-hidden />}
            aria-expanded={opened}
            onClick={() => setOpened(!opened)}
            data-testid="list-filters"
          >
            {narrowed > 0 ? t('listFiltersSome', { n: narrowed }) : t('listFilters')}
          </Button>
        )}
        {narrowed > 0 && (
          <Button
            type="link"
            onClick={() => choice.set(Object.fromEntries(Object.keys(choice.query).map((name) => [name, ''])))}
          >
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
