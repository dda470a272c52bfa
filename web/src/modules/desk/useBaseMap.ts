import { useQuery } from '@tanstack/react-query';
import { App } from 'antd';
import { useCallback, useEffect, useRef, useState } from 'react';
import { client, take } from '../../api/client';
import { useI18n } from '../../i18n';
import { type BaseChoice, type BaseMap, BaseMapLayers, ownBase, readBase } from '../../map/basemaps';
import type { MapController } from '../../map/controller';
import { words } from './words';

/** The base maps that there are, and the one that is drawn. */
export interface Base {
  maps: readonly BaseMap[];
  choice: BaseChoice;
  choose: (id: string | null) => void;
  setOpacity: (opacity: number) => void;
}

const NONE: readonly BaseMap[] = [];

/**
 * The base map of the desk. A map of others has roads of its own, so that the city's are hidden with it, as if by hand:
 * whoever wants both turns them on again.
 */
export function useBaseMap(controller: MapController | null, onRoads: (shown: boolean) => void): Base {
  const { t, language } = useI18n(words);
  const { message } = App.useApp();
  const [choice, setChoice] = useState<BaseChoice>(() => readBase(location.search));
  const [layers, setLayers] = useState<BaseMapLayers | null>(null);
  const list = useQuery({
    queryKey: ['basemaps'],
    queryFn: () => take(client.GET('/api/basemaps')),
    staleTime: Infinity,
  });
  const maps = list.data?.items ?? NONE;

  const failed = useRef((_: BaseMap, _drawn: boolean) => {});
  useEffect(() => {
    failed.current = (base, drawn) => {
      void message.warning({
        content: t('baseMapFailed', { title: language === 'en' ? base.title.en : base.title.zh }),
        duration: 8,
      });
      if (!drawn) onRoads(true);
    };
  });

  // An address that says nothing of layers was written by hand.
  const bare = useRef(choice.id !== null && !new URLSearchParams(location.search).has('hide'));
  useEffect(() => {
    if (bare.current) onRoads(false);
    bare.current = false;
  }, [onRoads]);

  useEffect(() => {
    if (!controller) return undefined;
    const made = new BaseMapLayers(controller.map, (base, drawn) => failed.current(base, drawn));
    setLayers(made);
    return () => {
      made.destroy();
      setLayers(null);
    };
  }, [controller]);

  const { id, opacity } = choice;
  const known = maps.find((base) => base.id === id) ?? null;
  useEffect(() => layers?.show(known, opacity), [layers, known, opacity]);
  const lost = id !== null && list.isSuccess && !known;
  useEffect(() => {
    if (!lost) return;
    void message.warning({ content: t('baseMapUnknown', { id: id ?? '' }), duration: 8 });
    setChoice(ownBase);
    onRoads(true);
  }, [lost, id, message, t, onRoads]);

  const choose = useCallback(
    (next: string | null) => {
      setChoice((before) => ({ ...before, id: next }));
      onRoads(next === null);
    },
    [onRoads],
  );
  const setOpacity = useCallback((next: number) => setChoice((before) => ({ ...before, opacity: next })), []);
  return { maps, choice, choose, setOpacity };
}
