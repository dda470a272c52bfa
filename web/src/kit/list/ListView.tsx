import { ReloadOutlined } from '@ant-design/icons';
import { Button, Card, Empty, Grid, Skeleton, Table, type TableColumnsType } from 'antd';
import { type ComponentRef, type Key, type ReactNode, type UIEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useI18n } from '../../i18n';
import { PanelProblem } from '../Problem';
import { type BulkAction, BulkBar } from './BulkBar';
import { useShownColumns } from './columns';
import type { FilterDef } from './Filter';
import { FilterBar } from './FilterBar';
import classes from './List.module.css';
import { type ListChoice, type ListSource, useHasChanged, useList, useListChoice } from './useList';
import { useRowKeys } from './useRowKeys';

type TableRef = ComponentRef<typeof Table> & { scrollTo: (to: { index: number }) => void };

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
  /** Opens a row's own page. Where it is given, the list is gone through with the keys. */
  onEnter?: (row: Row) => void;
  /** It is looked again and again whether others changed it; the rows stay until the reader asks for them. */
  isLive?: boolean;
  bulk?: readonly BulkAction<Row>[];
  /** Beside the filters: what can be begun. */
  actions?: ReactNode;
  empty: string;
  /** Between the filters and the rows: what the chosen ones add up to. */
  above?: (choice: ListChoice) => ReactNode;
  /** Beside the rows where there is room: where they stand on the map. */
  beside?: (rows: readonly Row[]) => ReactNode;
  /** Told of the rows whenever there are others. */
  onRows?: (rows: readonly Row[]) => void;
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
/** So many rows before the last the next are fetched. */
const NEAR_END = 10;
const LEAST_WIDTH = 120;

/** A list of the server's: filtered, sorted, chosen from, taken along; what the reader chose stands in the page's address. */
export function ListView<Row extends object>(props: Props<Row>) {
  const { source, rowKey, columns, filters = [], onOpen, onEnter, bulk = [], actions, empty, beside, testId } = props;
  const { t } = useI18n();
  const screen = Grid.useBreakpoint();
  const isPhone = screen.md === false;
  const isBeside = beside !== undefined && screen.xl === true;
  const choice = useListChoice(filters.flatMap(({ name, until }) => (until ? [name, until] : [name])));
  const list = useList(source, choice);
  const shown = useShownColumns(source.key, columns);
  const [chosen, choose] = useState<readonly Key[]>([]);
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const told = useRef(props.onRows);
  told.current = props.onRows;
  useEffect(() => told.current?.(rows), [rows]);
  const total = list.data?.pages[0]?.total ?? null;
  const more = () => {
    if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
  };
  const hasChanged = useHasChanged(source, choice, props.isLive ? list.data?.pages[0] : undefined, rowKey);
  const table = useRef<TableRef>(null);
  useRowKeys<Row>(
    onEnter && onOpen
      ? {
          rows,
          at: rows.findIndex((row) => rowKey(row) === props.chosen),
          onChoose: (row, at) => {
            onOpen(row);
            table.current?.scrollTo({ index: at });
            if (at >= rows.length - NEAR_END) more();
          },
          onEnter,
          onMark: (row) => {
            const key = rowKey(row);
            choose((before) => (before.includes(key) ? before.filter((one) => one !== key) : [...before, key]));
          },
        }
      : null,
  );
  const picked = rows.filter((row) => chosen.includes(rowKey(row)));
  const rowHeight = shown.columns.some(({ isLong }) => isLong) ? LONG_ROW_PX : ROW_PX;
  const order = { field: choice.sort.replace(/^-/, ''), isDown: choice.sort.startsWith('-') };

  const tableColumns: TableColumnsType<Row> = shown.columns.map((column) => ({
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
        <BulkBar
          rows={picked}
          actions={bulk}
          onDone={() => choose([])}
          onAll={() => choose(rows.map(rowKey))}
          listKey={source.key}
        />
      )}
      {hasChanged && (
        <div className={classes['changed']}>
          <Button
            type="primary"
            shape="round"
            icon={<ReloadOutlined aria-hidden />}
            onClick={() => void list.refetch()}
            data-testid="list-changed"
          >
            {t('listChanged')}
          </Button>
        </div>
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
              ref={table}
              columns={tableColumns}
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
                      // The table measures its head by a hidden copy, in which nothing may take the focus.
                      hideSelectAll: true,
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
