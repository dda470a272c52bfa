import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client, take } from '../../../../api/client';
import { useRegion } from '../../../../api/hooks';
import type { MapController } from '../../../../map/controller';

/** From which zoom on a map is one of a region of so many steps below the city. */
const DEPTHS: readonly [zoom: number, depth: number][] = [
  [15, 4],
  [13, 3],
  [11.5, 2],
  [9.5, 1],
];

/** What is in view: the region that is counted, or the one in the middle at the level that the zoom shows; null where there is none, undefined until it is known. */
export function usePlaceName(controller: MapController, region: number | null): string | null | undefined {
  const counted = useRegion(region);
  const [view] = useState(() => controller.view());
  const middle = useQuery({
    queryKey: ['locate', view.lon, view.lat],
    queryFn: () => take(client.GET('/api/locate', { params: { query: { lon: view.lon, lat: view.lat } } })),
    enabled: region === null,
    retry: false,
  });
  if (region !== null) return counted.isPending ? undefined : (counted.data?.name ?? null);
  if (middle.isPending) return undefined;
  const path = middle.data?.path ?? [];
  const depth = DEPTHS.find(([zoom]) => view.zoom >= zoom)?.[1] ?? 0;
  return path[Math.min(depth, path.length - 1)]?.name ?? null;
}
