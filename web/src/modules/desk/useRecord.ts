import { useQuery } from '@tanstack/react-query';
import type { Geometry } from 'geojson';
import { useMemo } from 'react';
import { client, take } from '../../api/client';
import { layerOf } from '../../api/declared';
import { useLayers } from '../../api/hooks';
import type { Picked } from '../../map/controller';
import type { Mark } from '../../map/marks';
import { isMany } from './address/sharePick';

interface ItsRecord {
  geometry: Geometry | null;
  properties: Record<string, unknown>;
}

/** The record of what was picked: a tile from afar leaves out some of it, and a search knows a name alone. A person has a card, each reading of which is kept in the audit. */
export function useRecord(picked: Picked | null) {
  return useQuery({
    queryKey: ['record', picked?.layer, picked?.id],
    queryFn: () =>
      take(
        client.GET('/ogc/collections/{layer}/items/{id}', {
          params: { path: { layer: picked?.layer ?? '', id: String(picked?.id) } },
        }),
      ) as unknown as Promise<ItsRecord>,
    enabled: picked !== null && picked.id > 0 && !isMany(picked) && layerOf(picked.layer)?.residents !== true,
  });
}

/** What marks on the map what was picked: its own geometry; of a point, until that has come, the place where the map or the search has it. */
export function useMark(picked: Picked | null): Mark | null {
  const record = useRecord(picked);
  const layers = useLayers();
  const geometry = record.data?.geometry;
  const isPoint = layers.data?.layers.find(({ name }) => name === picked?.layer)?.geometry.toLowerCase() === 'point';
  return useMemo(() => {
    if (!picked) return null;
    const at = [picked.lon, picked.lat] as const;
    const known = geometry ?? (isPoint ? { type: 'Point' as const, coordinates: [...at] } : null);
    return known && { geometry: known, at, count: isMany(picked) ? Number(picked.properties['count']) : 1 };
  }, [picked, geometry, isPoint]);
}
