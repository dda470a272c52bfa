import { useQueryClient } from '@tanstack/react-query';
import { type Dispatch, type RefObject, useEffect, useRef, useState } from 'react';
import { declared } from '../../api/declared';
import { regionOf, useCity } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { fetchPart, PartMissing } from '../../kit/part/fetching';
import type { Events, MapController, Picked } from '../../map/controller';
import { readAddress } from './address/share';
import type { DeskAction } from './deskState';
import { attachMap } from './mapKeeper';
import { words } from './words';

/** What the map tells beside what the desk's state takes by itself. */
export type DeskMapEvents = Pick<Events, 'drawn' | 'line'> & {
  region: (code: number) => void;
  picked: (picked: Picked | null) => void;
};

export interface DeskMap {
  /** Where the map stands. */
  slot: RefObject<HTMLDivElement | null>;
  controller: MapController | null;
  /** The map's code did not come. */
  missing: PartMissing | null;
  again: () => void;
}

/** The map in its place: made when the city's place is known, or the one that was there before. */
export function useDeskMap(dispatch: Dispatch<DeskAction>, told: RefObject<DeskMapEvents>): DeskMap {
  const { t } = useI18n(words);
  const queries = useQueryClient();
  const bbox = useCity().data?.bbox;
  const slot = useRef<HTMLDivElement>(null);
  const [controller, setController] = useState<MapController | null>(null);
  const [missing, setMissing] = useState<PartMissing | null>(null);
  const [tries, setTries] = useState(0);
  const place = bbox && JSON.stringify(bbox);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each try asks for the map's code anew
  useEffect(() => {
    if (!place) return undefined;
    let wanted = true;
    let detach = () => {};
    const { view, region, polygon } = readAddress(location.search);
    const events: Events = {
      ready: () => slot.current?.querySelector<HTMLElement>('#map')?.setAttribute('data-ready', 'true'),
      moved: (to) => dispatch({ do: 'look', view: to }),
      picked: (item, at) => {
        if (at !== null) told.current.region(at);
        told.current.picked(item);
      },
      drawn: (drawn) => told.current.drawn(drawn),
      line: (line) => told.current.line(line),
      toolEnded: () => dispatch({ do: 'take', tool: null }),
      failed: (text) => dispatch({ do: 'fail', text }),
      lost: (lost) => {
        dispatch({ do: 'lose', lost });
        // It may be the session that has ended.
        if (lost) void queries.invalidateQueries({ queryKey: ['session'] });
      },
    };
    // The map's code is the largest part of the page: panels and figures don't wait for it.
    fetchPart(() => import('../../map/controller'))
      .then((map) => {
        if (!wanted || !slot.current) return;
        const box = JSON.parse(place) as [number, number, number, number];
        const attached = attachMap(slot.current, map.MapController, view ?? box, events);
        detach = attached.detach;
        if (attached.isKept) {
          if (view) attached.controller.jump(view);
          else attached.controller.fit(box, 'once');
          // What changed while nobody looked.
          for (const { name } of declared().layers) attached.controller.changed(name, null);
        }
        // An address that names a region and no view means to look at it.
        if (!view && !polygon && region !== null)
          queries.ensureQueryData(regionOf(region)).then(
            (found) => wanted && attached.controller.fit(found.bbox, 'once'),
            () => undefined,
          );
        setController(attached.controller);
        dispatch({ do: 'look', view: attached.controller.view() });
      })
      .catch(
        (error: unknown) =>
          wanted && (error instanceof PartMissing ? setMissing(error) : dispatch({ do: 'fail', text: t('mapFailed') })),
      );
    return () => {
      wanted = false;
      detach();
      setController(null);
    };
  }, [place, dispatch, told, queries, t, tries]);

  useEffect(() => {
    controller?.map.getContainer().setAttribute('aria-label', t('mapLabel'));
  }, [controller, t]);

  return {
    slot,
    controller,
    missing,
    again: () => {
      setMissing(null);
      setTries(tries + 1);
    },
  };
}
