import { useQueries } from '@tanstack/react-query';
import { client, type Schemas, take } from '../../api/client';

export type Region = Schemas['RegionDetail'];

/** A region's code without the zeros behind its level: 3605, 360502, 360502001… */
export function short(code: number): string {
  const text = String(code).padStart(15, '0');
  const end = [4, 6, 9, 12].find((length) => /^0*$/.test(text.slice(length)));
  return text.slice(0, end ?? 15);
}

/** How a region is asked for; it seldom changes. */
export const regionQuery = (code: number) => ({
  queryKey: ['region', code],
  queryFn: () => take(client.GET('/api/regions/{code}', { params: { path: { code: short(code) } } })),
  staleTime: Infinity,
  retry: false,
});

/** What regions are called, from the county down: 渝水区 城南街道. Those that aren't known yet go by their codes. */
export function useRegionNames(codes: readonly number[]): (code: number) => string {
  const several = [...new Set(codes)];
  return useQueries({
    queries: several.map(regionQuery),
    combine: (results) => {
      const names = new Map(several.map((code, index) => [code, results[index]?.data] as const));
      return (code: number) => {
        const region = names.get(code);
        return region ? fullName(region) : short(code);
      };
    },
  });
}

/** A region with those above it, but for the city, which is always the same. */
export function fullName({ path, name }: Region): string {
  const below = path.slice(1).map((one) => one.name);
  return below.length > 0 ? below.join(' ') : name;
}
