import { Button, Card, Empty, Grid, Skeleton, Table, type TableColumnsType } from 'antd';
import { type Key, type ReactNode, type UIEvent, useMemo, useState } from 'react';
import { useI18n } from '../../i18n';
import { PanelProblem } from '../Problem';
import { type BulkAction, BulkBar } from './BulkBar';
import { useShownColumns } from './columns';
import type { FilterDef } from './Filter';
import { FilterBar } from './FilterBar';
import classes from './List.module.css';
import { type ListChoice, type ListSource, useList, useListChoice } from './useList';

/** A column of a list. */
export interface ListColumn<Row> {
  /** As the server calls it; the list is sorted by it where that is said. */
  key: string;
  title: string;
  render: (row: Row) => ReactNode;
  isSorted?: boolean;
  width?: number;
  /** Shown until the reader chooses others. */
  isUsual?: boolean;
  /** It is read whole: its lines are broken, not cut off. */
  isLong?: boolean;
}

interface Props<Row> {
  source: ListSource<Row>;
  rowKey: (row: Row) => Key;
  columns: readonly ListColumn<Row>[];
  filters?: readonly FilterDef[];
  /** What a file of it is called; without one it can't be taken along. */
  fileName?: string;
  onOpen?: (row: Row) => void;
  bulk?: readonly BulkAction<Row>[];
  /** Beside the filters: what can be begun. */
  actions?: ReactNode;
  empty: string;
  /** Between the filters and the rows: what the chosen ones add up to. */
  above?: (choice: ListChoice) => ReactNode;
  /** Beside the rows where there is room: where they stand on the map. */
  beside?: (rows: readonly Row[]) => ReactNode;
  /** The row that is chosen beside as well. */
  chosen?: Key | null;
  testId?: string;
}

/** Rows that are fetched before the reader has come to the last. */
const AHEAD_PX = 600;
const ROW_PX = 48;
/** A row of which some column is read whole. */
const LONG_ROW_PX = 120;
const MOST_DRAWN = 300;
const LEAST_WIDTH = 120;

/** A list of the server's: filtered, sorted, chosen from, taken along; what the reader chose stands in the page's address. */
export function ListView<Row extends object>(props: Props<Row>) {
  const { source, rowKey, columns, filters = [], onOpen, bulk = [], actions, empty, beside, testId } = props;
  const { t } = useI18n();
  const screen = Grid.useBreakpoint();
  const isPhone = screen.md === false;
  const isBeside = beside !== undefined && screen.xl === true;
  const choice = useListChoice(filters.flatMap(({ name, until }) => (until ? [name, until] : [name])));
  const list = useList(source, choice);
  const shown = useShownColumns(source.key, columns);
  const [chosen, choose] = useState<readonly Key[]>([]);
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const total = list.data?.pages[0]?.total ?? null;
  const more = () => {
    if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
  };
  const picked = rows.filter((row) => chosen.includes(rowKey(row)));
  const rowHeight = shown.columns.some(({ isLong }) => isLong) ? LONG_ROW_PX : ROW_PX;
  const order = { field: choice.sort.replace(/^-/, ''), isDown: choice.sort.startsWith('-') };

  const table: TableColumnsType<Row> = shown.columns.map((column) => ({
    key: column.key,
    title: column.title,
    width: column.width ?? LEAST_WIDTH,
    ellipsis: !column.isLong,
    sorter: column.isSorted ?? false,
    sortOrder: order.field === column.key ? (order.isDown ? 'descend' : 'ascend') : null,
    render: (_, row) => column.render(row),
  }));

  return (
    <section className={classes['list']} data-testid={testId} aria-busy={list.isFetching}>
      <FilterBar
        filters={filters}
        choice={choice}
        shown={shown}
        source={source}
        total={total}
        fileName={props.fileName}
        actions={actions}
      />
      {props.above?.(choice)}
      {bulk.length > 0 && picked.length > 0 && (
        <BulkBar rows={picked} actions={bulk} onDone={() => choose([])} listKey={source.key} />
      )}
      {list.error && <PanelProblem error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton active />}
      {list.data && rows.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty} />}
      <div className={classes['rows']} data-beside={isBeside}>
        <div>
          {rows.length > 0 && isPhone && (
            <Cards rows={rows} columns={shown.columns} rowKey={rowKey} {...(onOpen ? { onOpen } : {})} />
          )}
          {rows.length > 0 && !isPhone && (
            <Table<Row>
              // Readers of the screen are told of rows and columns by a real table; a long one is drawn as far as it is seen.
              virtual={rows.length > MOST_DRAWN}
              size="middle"
              rowKey={rowKey}
              columns={table}
              dataSource={rows}
              pagination={false}
              scroll={{
                x: 'max-content',
                y: Math.max(280, Math.min(window.innerHeight - 300, rows.length * rowHeight)),
              }}
              {...(bulk.length > 0
                ? {
                    rowSelection: {
                      selectedRowKeys: [...chosen],
                      onChange: (keys) => choose(keys),
                      getTitleCheckboxProps: () => ({ 'aria-label': t('listAll') }),
                    },
                  }
                : {})}
              rowClassName={(row) =>
                props.chosen != null && rowKey(row) === props.chosen ? (classes['chosen'] ?? '') : ''
              }
              {...(onOpen ? { onRow: (row) => ({ onClick: () => onOpen(row), className: 'clickable' }) } : {})}
              onScroll={(event: UIEvent<HTMLElement>) => {
                const { scrollTop, clientHeight, scrollHeight } = event.currentTarget;
                if (scrollHeight - scrollTop - clientHeight < AHEAD_PX) more();
              }}
              onChange={(_, __, sorter) => {
                const by = Array.isArray(sorter) ? sorter[0] : sorter;
                choice.set({ sort: by?.order ? `${by.order === 'descend' ? '-' : ''}${String(by.columnKey)}` : '' });
              }}
            />
          )}
        </div>
        {isBeside && <aside>{beside?.(rows)}</aside>}
      </div>
      {list.hasNextPage && (
        <Button block loading={list.isFetchingNextPage} onClick={more} data-testid="list-more">
          {t('listMore')}
        </Button>
      )}
    </section>
  );
}

/** A phone has no room for columns: each row is a card. */
function Cards<Row extends object>({
  rows,
  columns,
  rowKey,
  onOpen,
}: {
  rows: readonly Row[];
  columns: readonly ListColumn<Row>[];
  rowKey: (row: Row) => Key;
  onOpen?: (row: Row) => void;
}) {
  const { t } = useI18n();
  const [first, ...rest] = columns;
  return (
    <ul className={classes['cards']}>
      {rows.map((row) => (
        <li key={rowKey(row)}>
          <Card
            size="small"
            title={first?.render(row)}
            extra={
              onOpen && (
                <Button size="small" type="link" onClick={() => onOpen(row)}>
                  {t('look')}
                </Button>
              )
            }
          >
            <dl>
              {rest
                .map((column) => ({ ...column, value: column.render(row) }))
                .filter(({ value }) => value !== '' && value !== null && value !== undefined)
                .map(({ key, title, value }) => (
                  <div key={key}>
                    <dt>{title}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
            </dl>
          </Card>
        </li>
      ))}
    </ul>
  );
}
