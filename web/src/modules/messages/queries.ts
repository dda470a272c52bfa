import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, done, type Schemas, take } from '../../api/client';

export type Message = Schemas['Message'];

/** How many messages wait to be read. */
export function useUnread(enabled: boolean) {
  return useQuery({
    queryKey: ['messages', 'unread'],
    queryFn: async () => (await take(client.GET('/api/messages/unread'))).unread,
    enabled,
    refetchInterval: 60_000,
  });
}

/** What one was told, the newest first. */
export function useMessages(unread: boolean, enabled: boolean) {
  return useInfiniteQuery({
    queryKey: ['messages', 'list', unread],
    queryFn: ({ pageParam, signal }) =>
      take(
        client.GET('/api/messages', {
          params: {
            query: { limit: 50, ...(unread ? { unread } : {}), ...(pageParam === null ? {} : { after: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next ?? null,
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** Says that a message was read, or all up to it. */
export function useRead() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['MessagesRead']) => done(client.POST('/api/messages/read', { body })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['messages'] });
      void queries.invalidateQueries({ queryKey: ['session'] });
    },
  });
}
