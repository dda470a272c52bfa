import type { GeoJSONSource, Map as MapLibre } from 'maplibre-gl';
import { useEffect, useEffectEvent, useMemo, useState } from 'react';
import { layerOf } from '../api/declared';
import { useFace } from '../theme';
import classes from './PointsMap.module.css';
import { useSmallMap } from './useSmallMap';

/** Something that stands at a place. */
export interface MapPoint {
  id: number;
  lon: number;
  lat: number;
  colour: string;
}

interface Props {
  label: string;
  points: readonly MapPoint[];
  /** The one that is chosen. */
  chosen?: number | null;
  onChoose?: (id: number) => void;
  /** What is in sight until there is a point: west, south, east, north. */
  around?: readonly number[];
  /** Told of a place that is pointed at. */
  onPlace?: (lon: number, lat: number) => void;
  testId?: string;
}

const SOURCE = 'points';
const CHOSEN = 'chosen';
const CLOSE_ZOOM = 16;
const MOVE_MS = 400;
/** The middle of China, until there is a point. */
const START: [number, number] = [104, 35];

const collection = (points: readonly MapPoint[]) => ({
  type: 'FeatureCollection' as const,
  features: points.map(({ id, lon, lat, colour }) => ({
    type: 'Feature' as const,
    geometry: { type: 'Point' as const, coordinates: [lon, lat] },
    properties: { id, colour },
  })),
});

const isSeen = (map: MapLibre, points: readonly MapPoint[]) =>
  map.getZoom() > CLOSE_ZOOM - 4 && points.every(({ lon, lat }) => map.getBounds().contains([lon, lat]));

/** Points of a list on a small map: all of them in sight, the chosen one ringed and brought into the middle. */
export default function PointsMap({ label, points, chosen = null, onChoose, onPlace, around, testId }: Props) {
  const face = useFace();
  const [map, setMap] = useState<MapLibre | null>(null);
  const first = points[0];
  const element = useSmallMap({
    face,
    label,
    start: first
      ? { center: [first.lon, first.lat], zoom: CLOSE_ZOOM }
      : around
        ? { bounds: around as [number, number, number, number] }
        : { center: START, zoom: 3 },
    ready: (ready) => {
      // Other points would be taken for the list's.
      for (const { id, ...layer } of ready.getStyle().layers) {
        const of = 'source' in layer ? layerOf(String(layer.source)) : undefined;
        if (of?.geometry === 'point') ready.setLayoutProperty(id, 'visibility', 'none');
      }
      ready.addSource(SOURCE, { type: 'geojson', data: collection([]) });
      ready.addLayer({
        id: SOURCE,
        type: 'circle',
        source: SOURCE,
        paint: {
          'circle-radius': 6,
          'circle-color': ['get', 'colour'],
          'circle-stroke-width': 1.5,
          'circle-stroke-color': face.surface,
        },
      });
      ready.addLayer({
        id: CHOSEN,
        type: 'circle',
        source: SOURCE,
        filter: ['==', ['get', 'id'], 0],
        paint: {
          'circle-radius': 11,
          'circle-color': 'transparent',
          'circle-stroke-width': 3,
          'circle-stroke-color': face.brand,
        },
      });
      setMap(ready);
    },
  });
  const choose = useEffectEvent((id: number) => onChoose?.(id));
  useEffect(() => {
    if (!map) return undefined;
    const clicked = ({ features = [] }: { features?: { properties: Record<string, unknown> }[] }) => {
      const id = features[0]?.properties['id'];
      if (typeof id === 'number') choose(id);
    };
    const point = () => {
      map.getCanvas().style.cursor = 'pointer';
    };
    const leave = () => {
      map.getCanvas().style.cursor = '';
    };
    map.on('click', SOURCE, clicked);
    map.on('mouseenter', SOURCE, point);
    map.on('mouseleave', SOURCE, leave);
    return () => {
      map.off('click', SOURCE, clicked);
      map.off('mouseenter', SOURCE, point);
      map.off('mouseleave', SOURCE, leave);
    };
  }, [map]);
  const place = useEffectEvent((lon: number, lat: number) => onPlace?.(lon, lat));
  const isForPlaces = onPlace !== undefined;
  useEffect(() => {
    if (!map || !isForPlaces) return undefined;
    const pointed = ({ lngLat }: { lngLat: { lng: number; lat: number } }) => place(lngLat.lng, lngLat.lat);
    map.on('click', pointed);
    return () => void map.off('click', pointed);
  }, [map, isForPlaces]);
  // What is drawn hangs on where the points are, not on the list that they come in.
  const key = useMemo(() => JSON.stringify(points), [points]);
  useEffect(() => {
    const shown = JSON.parse(key) as MapPoint[];
    if (!map) return;
    map.getSource<GeoJSONSource>(SOURCE)?.setData(collection(shown));
    // A place that is pointed at is in sight: the map stays as it was moved.
    if (shown.length === 0 || (isForPlaces && isSeen(map, shown))) return;
    const lons = shown.map(({ lon }) => lon);
    const lats = shown.map(({ lat }) => lat);
    map.fitBounds(
      [
        [Math.min(...lons), Math.min(...lats)],
        [Math.max(...lons), Math.max(...lats)],
      ],
      { padding: 40, maxZoom: CLOSE_ZOOM, duration: 0 },
    );
  }, [map, key, isForPlaces]);
  useEffect(() => {
    if (!map) return undefined;
    map.setFilter(CHOSEN, ['==', ['get', 'id'], chosen ?? 0]);
    const at = (JSON.parse(key) as MapPoint[]).find(({ id }) => id === chosen);
    if (!at) return undefined;
    const bring = () => {
      if (!map.getBounds().contains([at.lon, at.lat])) map.easeTo({ center: [at.lon, at.lat], duration: MOVE_MS });
    };
    bring();
    // What is said of the chosen one takes room from the map.
    map.on('resize', bring);
    return () => void map.off('resize', bring);
  }, [map, key, chosen]);
  return <div ref={element} className={classes['map']} data-testid={testId} data-points={points.length} />;
}
