import { useQuery } from '@tanstack/react-query';
import { client, take } from './client';
import { declare } from './declared';

/** What the server's modules declare for who is signed in. It is taken before any page is drawn. */
export function useManifest(enabled: boolean) {
  return useQuery({
    queryKey: ['manifest'],
    queryFn: async () => {
      const manifest = await take(client.GET('/api/modules'));
      declare(manifest);
      return manifest;
    },
    staleTime: Infinity,
    enabled,
  });
}
