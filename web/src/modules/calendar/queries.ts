import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, done, type Schemas, take } from '../../api/client';

export type CalendarDay = Schemas['CalendarDay'];
export type CalendarYear = Schemas['CalendarYear'];
export type CalendarHours = Schemas['CalendarHours'];
export type Unit = Schemas['LimitUnit'];

/** Which years are arranged, and the hours that are worked. */
export function useCalendar() {
  return useQuery({ queryKey: ['calendar', 'overview'], queryFn: () => take(client.GET('/api/calendar')) });
}

export function useYear(year: number) {
  return useQuery({
    queryKey: ['calendar', 'year', year],
    queryFn: () => take(client.GET('/api/calendar/years/{year}', { params: { path: { year } } })),
  });
}

/** Arranges a year. */
export function useSaveYear(year: number, onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['CalendarYearDraft']) =>
      take(client.PUT('/api/calendar/years/{year}', { params: { path: { year } }, body })),
    onSuccess: (saved) => {
      queries.setQueryData(['calendar', 'year', year], saved);
      void queries.invalidateQueries({ queryKey: ['calendar'] });
      onDone();
    },
  });
}

/** Reads a notice into days. */
export function useReadNotice() {
  return useMutation({
    mutationFn: (text: string) => take(client.POST('/api/calendar/notice', { body: { text } })),
  });
}

export async function saveHours(valid_from: string, body: Schemas['WorkingHoursDraft']): Promise<void> {
  await done(client.PUT('/api/calendar/hours/{valid_from}', { params: { path: { valid_from } }, body }));
}

export function useDropHours() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (valid_from: string) =>
      done(client.DELETE('/api/calendar/hours/{valid_from}', { params: { path: { valid_from } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['calendar'] }),
  });
}

/** When a limit ends. */
export function useLimitEnd(query: { unit: Unit; amount: number; from: string }) {
  return useQuery({
    queryKey: ['calendar', 'limit', query],
    queryFn: ({ signal }) => take(client.GET('/api/calendar/limit', { params: { query }, signal })),
    enabled: query.amount > 0,
  });
}
