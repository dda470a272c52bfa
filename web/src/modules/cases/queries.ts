import { useQuery } from '@tanstack/react-query';
import { client, type Schemas, take } from '../../api/client';

export type ListedCase = Schemas['ListedCase'];
export type CaseRecord = Schemas['CaseRecord'];

/** One case. */
export function useCase(id: number) {
  return useQuery({
    queryKey: ['case', id],
    queryFn: () => take(client.GET('/api/cases/{id}', { params: { path: { id } } })),
  });
}
