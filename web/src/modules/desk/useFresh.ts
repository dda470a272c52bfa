import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { declared, layerOf } from '../../api/declared';
import type { MapController } from '../../map/controller';
import { type Arrived, useArrived, useLive } from '../../map/live';

const REFRESH_MS = 1_500;
/** Figures that follow what happens. */
const FOLLOWING = ['statistics', 'city', 'layers', 'cases-by-region', 'measures'];

/** Keeps the map and the figures as the server has them; what has happened since the page was opened. */
export function useFresh(controller: MapController | null): { arrived: Arrived[]; connected: boolean } {
  const queries = useQueryClient();
  // Figures follow the changes, but not each of 200 in a second.
  const refresh = useRef<number | undefined>(undefined);
  const refreshSoon = useCallback(() => {
    refresh.current ??= window.setTimeout(() => {
      refresh.current = undefined;
      for (const name of FOLLOWING) void queries.invalidateQueries({ queryKey: [name] });
    }, REFRESH_MS);
  }, [queries]);
  const { arrived, arrive } = useArrived();
  const connected = useLive(
    (change, key) => {
      arrive(change, key);
      const isAffair = layerOf(change.layer)?.group === 'affairs';
      const place = isAffair && change.op === 'upsert' && change.lon !== undefined && change.lat !== undefined;
      controller?.changed(change.layer, place ? { lon: change.lon ?? 0, lat: change.lat ?? 0 } : null);
      refreshSoon();
    },
    () => {
      for (const { name } of declared().layers) controller?.changed(name, null);
      void queries.invalidateQueries();
    },
  );
  useEffect(() => {
    if (connected) controller?.reconnected();
  }, [connected, controller]);
  return { arrived, connected };
}
