import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Key } from 'react';
import { useSearchParams } from 'react-router';

/** What a list is asked for: its filters by name, its order, its text. Empty ones are not said. */
export type ListQuery = Readonly<Record<string, string>>;

/** A part of a list as the server's lists answer. */
export interface ListPart<Row> {
  items: Row[];
  next?: string | null;
  total?: number | null;
}

/** A list of the server's: its address, and how a part of it is fetched. */
export interface ListSource<Row> {
  /** Its key among the answers that are kept; what changes it, invalidates it. */
  key: string;
  /** Its address, at which it is a file as well. */
  path: string;
  fetch: (query: ListQuery & { after?: string }, signal: AbortSignal) => Promise<ListPart<Row>>;
  /** What is asked for besides what the reader chooses. */
  fixed?: ListQuery;
}

/** The names in a page's address that are the list's. */
export interface ListChoice {
  query: ListQuery;
  sort: string;
  /** Sets some, and takes away those that are empty. */
  set: (part: Readonly<Record<string, string>>) => void;
}

/** What the reader chose of a list, kept in the page's address: Back leads to it, and it can be handed on. */
export function useListChoice(names: readonly string[]): ListChoice {
  const [asked, ask] = useSearchParams();
  const query = Object.fromEntries(names.flatMap((name) => (asked.get(name) ? [[name, asked.get(name) ?? '']] : [])));
  return {
    query,
    sort: asked.get('sort') ?? '',
    set: (part) =>
      ask(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [name, value] of Object.entries(part)) {
            if (value) next.set(name, value);
            else next.delete(name);
          }
          return next;
        },
        { replace: true },
      ),
  };
}

const wantedOf = (
  source: Pick<ListSource<object>, 'fixed'>,
  choice: Pick<ListChoice, 'query' | 'sort'>,
): ListQuery => ({
  ...source.fixed,
  ...choice.query,
  ...(choice.sort ? { sort: choice.sort } : {}),
});

/** How often it is looked whether others changed a list. */
const LOOK_MS = 15_000;

/** Whether a list would begin otherwise now than the part that is shown, or be longer or shorter. */
export function useHasChanged<Row extends object>(
  source: ListSource<Row>,
  choice: Pick<ListChoice, 'query' | 'sort'>,
  shown: ListPart<Row> | undefined,
  rowKey: (row: Row) => Key,
): boolean {
  const wanted = wantedOf(source, choice);
  const { data } = useQuery({
    queryKey: [source.key, 'look', wanted],
    queryFn: ({ signal }) => source.fetch({ ...wanted, limit: '1' }, signal),
    enabled: shown !== undefined,
    refetchInterval: LOOK_MS,
  });
  if (!shown || !data) return false;
  const first = (part: ListPart<Row>) => (part.items[0] ? rowKey(part.items[0]) : null);
  return data.total !== shown.total || first(data) !== first(shown);
}

/** The rows of a list so far, and how it goes on. */
export function useList<Row>(source: ListSource<Row>, choice: Pick<ListChoice, 'query' | 'sort'>) {
  const wanted = wantedOf(source, choice);
  return useInfiniteQuery({
    queryKey: [source.key, 'list', wanted],
    queryFn: ({ pageParam, signal }) =>
      source.fetch({ ...wanted, ...(pageParam === null ? {} : { after: pageParam }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next ?? null,
    placeholderData: keepPreviousData,
  });
}
