import 'maplibre-gl/dist/maplibre-gl.css';
import { type GeoJSONSource, type LngLat, Map as MapLibre, Marker, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { useEffect, useRef } from 'react';
import type { Picture } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { pointByKeys } from '../../../keys/pointing';
import { mapWords, speak } from '../../../map/words';
import { mapFont, useFace } from '../../../theme';
import { words } from '../words';

setWorkerUrl(workerUrl);

/** What a click on the board means: nothing but looking, the place to look at, or a point of the line. */
export type Pen = 'look' | 'spotlight' | 'line';

interface Props {
  bbox: [number, number, number, number];
  picture: Picture;
  pen: Pen;
  onPicture: (part: Partial<Picture>) => void;
}

/** The small map on which the director looks, points and draws. */
export function Board({ bbox, picture, pen, onPicture }: Props) {
  const { t } = useI18n(words);
  const face = useFace();
  const element = useRef<HTMLDivElement>(null);
  const map = useRef<MapLibre | null>(null);
  const marker = useRef<Marker | null>(null);
  const latest = useRef({ pen, picture, onPicture });
  useEffect(() => {
    latest.current = { pen, picture, onPicture };
  });
  useEffect(() => {
    if (!element.current) return undefined;
    const board = new MapLibre({
      container: element.current,
      style: '/styles/desk-light.json',
      bounds: bbox,
      fitBoundsOptions: { padding: 24 },
      attributionControl: false,
      localIdeographFontFamily: mapFont,
      locale: mapWords(),
      maxPitch: 70,
    });
    speak(board);
    map.current = board;
    board.once('style.load', () => {
      // Heaps of cases would hide what is to be pointed at.
      for (const layer of board.getStyle().layers)
        if (layer.id.startsWith('case-')) board.setLayoutProperty(layer.id, 'visibility', 'none');
      board.addSource('line', { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
      board.addLayer({
        id: 'line',
        type: 'line',
        source: 'line',
        layout: { 'line-cap': 'round', 'line-join': 'round' },
        paint: { 'line-color': face.danger, 'line-width': 4 },
      });
      draw(board, latest.current.picture.line ?? []);
    });
    board.on('moveend', () => {
      const { lng, lat } = board.getCenter();
      latest.current.onPicture({
        view: { lon: lng, lat, zoom: board.getZoom(), pitch: board.getPitch(), bearing: board.getBearing() },
      });
    });
    const take = ({ lngLat }: { lngLat: LngLat }) => {
      const {
        pen: now,
        picture: { line, spotlight },
        onPicture: put,
      } = latest.current;
      const at: [number, number] = [lngLat.lng, lngLat.lat];
      if (now === 'spotlight') put({ spotlight: { label: spotlight?.label ?? '', lon: at[0], lat: at[1] } });
      if (now === 'line') put({ line: [...(line ?? []), at] });
    };
    board.on('click', take);
    pointByKeys(board, (_, at) => {
      take(at);
      return true;
    });
    return () => {
      map.current = null;
      board.remove();
    };
  }, [bbox, face]);
  useEffect(() => {
    if (map.current) draw(map.current, picture.line ?? []);
  }, [picture.line]);
  useEffect(() => {
    marker.current?.remove();
    if (picture.spotlight && map.current)
      marker.current = new Marker({ color: face.accent })
        .setLngLat([picture.spotlight.lon, picture.spotlight.lat])
        .addTo(map.current);
  }, [picture.spotlight, face]);
  return (
    <div
      ref={element}
      className={`director-map pen-${pen}`}
      role="region"
      aria-label={t('directorView')}
      data-testid="board"
    />
  );
}

function draw(board: MapLibre, line: number[][]): void {
  board
    .getSource<GeoJSONSource>('line')
    ?.setData({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: line } });
}
