import { useMutation, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { client, type Schemas, take } from '../../api/client';

export type Person = Schemas['PersonRecord'];
export type Field = Schemas['SensitiveField'];
export type Masked = Schemas['MaskedField'];

/** How long an unmasked value is shown. */
const SHOWN_MS = 60_000;
const TICK_MS = 500;

/** One person's record. It is read once, since each reading is kept in the audit, and forgotten when the card closes. */
export function usePerson(id: number) {
  return useQuery({
    queryKey: ['person', id],
    queryFn: ({ signal }) => take(client.GET('/api/people/{id}', { params: { path: { id } }, signal })),
    staleTime: Infinity,
    gcTime: 0,
  });
}

interface Shown {
  value: string | null;
  until: number;
}

/** What is unmasked now, with the seconds that are left, and the ways to unmask and to mask again. */
export function useUnmasked(id: number) {
  const [shown, setShown] = useState<Partial<Record<Field, Shown>>>({});
  const [now, setNow] = useState(0);
  const some = Object.keys(shown).length > 0;
  useEffect(() => {
    if (!some) return undefined;
    const timer = window.setInterval(() => {
      const at = Date.now();
      setNow(at);
      setShown((before) => Object.fromEntries(Object.entries(before).filter(([, value]) => value.until > at)));
    }, TICK_MS);
    return () => window.clearInterval(timer);
  }, [some]);
  const asking = useMutation({
    mutationFn: ({ field, purpose }: { field: Field; purpose: string }) =>
      take(client.POST('/api/people/{id}/unmask', { params: { path: { id } }, body: { fields: [field], purpose } })),
    // Plain values aren't kept beside the card.
    gcTime: 0,
    onSuccess: ({ values }, { field }) => {
      const at = Date.now();
      setNow(at);
      setShown((before) => ({ ...before, [field]: { value: values[field] ?? null, until: at + SHOWN_MS } }));
    },
  });
  const hide = useCallback((field: Field) => setShown(({ [field]: _, ...rest }) => rest), []);
  const of = (field: Field) => {
    const value = shown[field];
    return value && { value: value.value, left: Math.max(1, Math.ceil((value.until - now) / 1000)) };
  };
  return { of, hide, asking };
}
