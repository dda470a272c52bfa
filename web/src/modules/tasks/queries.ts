import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, done, type Schemas, take } from '../../api/client';

export type ListedTask = Schemas['ListedTask'];
export type Process = Schemas['ProcessView'];

const AGAIN_MS = 30_000;

/** How many tasks wait for the reader, and the most urgent of them. */
export function useWaiting(most: number) {
  return useQuery({
    queryKey: ['tasks', 'waiting', most],
    queryFn: () =>
      take(client.GET('/api/tasks', { params: { query: { limit: most, count: true, sort: 'due_at' } as never } })),
    refetchInterval: AGAIN_MS,
  });
}

/** Takes a task in hand, or gives it back. */
export function useHands() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, isTaken }: { id: number; isTaken: boolean }) => {
      const params = { path: { id } };
      return done(
        isTaken ? client.POST('/api/tasks/{id}/claim', { params }) : client.POST('/api/tasks/{id}/release', { params }),
      );
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['tasks'] }),
  });
}

/** A process with what went through it in a number of days. */
export function useProcess(name: string, days: number) {
  return useQuery({
    queryKey: ['process', name, days],
    queryFn: () => {
      const from = new Date(Date.now() - days * DAY_MS).toISOString();
      return take(client.GET('/api/flow/definitions/{name}', { params: { path: { name }, query: { from } } }));
    },
  });
}
const DAY_MS = 86_400_000;
