import type { Position } from 'geojson';
import { useCallback, useEffect, useRef, useState } from 'react';
import { fetchUntilThere } from '../../../kit/part/fetching';
import type { MapController, Tool } from '../../../map/controller';
import type { Measured, MeasureLayer } from '../../../map/measure';
import { isRemoved } from '../../../map/removed';
import { drawnAt } from '../../../map/stack';
import { readSwipe, type Swiped, usualSwipe } from '../address/shareSwipe';
import { useUnits } from './units';

export type PanelName = 'identify' | 'measure' | 'coordinates' | 'swipe';

/** A place of the map, WGS 84. */
export interface Place {
  lon: number;
  lat: number;
}

/** Where somebody asked what is there: how far around, and of which layers. */
export interface Asked extends Place {
  metres: number;
  layers: string[];
}

export interface MapTools {
  panel: PanelName | null;
  open: (panel: PanelName | null) => void;
  /** What an address has of the second map: it is opened, or closed. */
  reopen: (swiped: Swiped | null) => void;
  /** The second map; nothing when there is one alone. */
  swiped: Swiped | null;
  setSwiped: (swiped: Swiped) => void;
  printing: boolean;
  setPrinting: (on: boolean) => void;
  asked: Asked | null;
  identify: (place: Place | null) => void;
  place: Place | null;
  setPlace: (place: Place | null) => void;
  results: Measured[];
  setResults: (results: Measured[]) => void;
  /** What is being drawn, or put together from places of the map's middle. */
  live: Measured | null;
  setLive: (live: Measured | null) => void;
}

/** The tool that a panel begins with. */
const FIRST: Record<PanelName, Tool> = { identify: 'identify', measure: 'distance', coordinates: 'place', swipe: null };
const OWN: readonly Tool[] = ['identify', 'distance', 'surface', 'place'];
/** Around a pointed place, in pixels. */
const REACH = 6;
const MOST_METRES = 5_000;

/** Metres of a pixel at a latitude. */
const metresPerPixel = (lat: number, zoom: number) => (78_271.517 * Math.cos((lat * Math.PI) / 180)) / 2 ** zoom;

/** The state of the tools that have a panel, and what they do on the map. */
export function useMapTools(
  controller: MapController | null,
  hidden: ReadonlySet<string>,
  tool: Tool,
  onTool: (tool: Tool) => void,
): MapTools {
  const [swiped, setSwiped] = useState(() => readSwipe(location.search));
  const [panel, setPanel] = useState<PanelName | null>(swiped ? 'swipe' : null);
  const [printing, setPrinting] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [place, setPlace] = useState<Place | null>(null);
  const [results, setResults] = useState<Measured[]>([]);
  const [live, setLive] = useState<Measured | null>(null);
  const layer = useRef<MeasureLayer | null>(null);
  const say = useUnits();

  const open = (next: PanelName | null) => {
    setPanel(next);
    if (next === 'swipe') setSwiped(usualSwipe(hidden));
    setLive(null);
    if (next !== null || OWN.includes(tool)) onTool(next === null ? null : FIRST[next]);
    if (next !== 'identify') setAsked(null);
    if (next !== 'coordinates') setPlace(null);
  };
  const reopen = (said: Swiped | null) => {
    if (said && panel !== 'swipe') {
      open('swipe');
      setSwiped(said);
    } else if (!said && panel === 'swipe') open(null);
  };
  const identify = useCallback(
    (at: Place | null) => {
      if (!controller || !at) return setAsked(null);
      const zoom = controller.map.getZoom();
      const metres = Math.min(MOST_METRES, Math.max(1, REACH * metresPerPixel(at.lat, zoom)));
      return setAsked({ ...at, metres, layers: drawnAt(controller.map, zoom).filter((name) => !hidden.has(name)) });
    },
    [controller, hidden],
  );

  useEffect(() => {
    if (!controller) return undefined;
    controller.pointed = (lon, lat) => (tool === 'identify' ? identify({ lon, lat }) : setPlace({ lon, lat }));
    controller.measured = (points: Position[] | null, done: boolean) => {
      const kind = tool === 'surface' ? 'surface' : 'distance';
      if (points && done) setResults((before) => [...before, { kind, points }]);
      setLive(points && !done ? { kind, points } : null);
    };
    return () => {
      controller.pointed = null;
      controller.measured = null;
    };
  }, [controller, tool, identify]);

  // On the map itself a key says what is in its middle.
  useEffect(() => {
    const canvas = controller?.map.getCanvas();
    const keys = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'i' || event.ctrlKey || event.metaKey || event.altKey || !controller) return;
      const { lng, lat } = controller.map.getCenter();
      setPanel('identify');
      onTool('identify');
      identify({ lon: lng, lat });
    };
    canvas?.addEventListener('keydown', keys);
    return () => canvas?.removeEventListener('keydown', keys);
  }, [controller, identify, onTool]);

  useEffect(() => {
    if (!controller || (results.length === 0 && !live && !layer.current)) return undefined;
    let wanted = true;
    void fetchUntilThere(
      () => import('../../../map/measure'),
      () => wanted,
    ).then((module) => {
      if (!wanted || !module) return;
      layer.current ??= new module.MeasureLayer(controller.map);
      layer.current.show(results, live, say);
    });
    return () => {
      wanted = false;
    };
  }, [controller, results, live, say]);

  // The map may outlive this page: what was measured on it doesn't.
  useEffect(
    () => () => {
      if (controller && layer.current && !isRemoved(controller.map)) layer.current.destroy();
      layer.current = null;
    },
    [controller],
  );

  return {
    panel,
    open,
    reopen,
    swiped: panel === 'swipe' ? swiped : null,
    setSwiped,
    printing,
    setPrinting,
    asked,
    identify,
    place,
    setPlace,
    results,
    setResults,
    live,
    setLive,
  };
}
