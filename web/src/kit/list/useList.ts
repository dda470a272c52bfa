import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
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

/** The rows of a list so far, and how it goes on. */
export function useList<Row>(source: ListSource<Row>, choice: Pick<ListChoice, 'query' | 'sort'>) {
  const wanted = { ...source.fixed, ...choice.query, ...(choice.sort ? { sort: choice.sort } : {}) };
  return useInfiniteQuery({
    queryKey: [source.key, 'list', wanted],
    queryFn: ({ pageParam, signal }) =>
      source.fetch({ ...wanted, ...(pageParam === null ? {} : { after: pageParam }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next ?? null,
    placeholderData: keepPreviousData,
  });
}
