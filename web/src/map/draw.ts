import type { LineString, Polygon, Position } from 'geojson';
import type { Map as MapLibre } from 'maplibre-gl';
import { TerraDraw, TerraDrawCircleMode, TerraDrawLineStringMode, TerraDrawPolygonMode } from 'terra-draw';
import { TerraDrawMapLibreGLAdapter } from 'terra-draw-maplibre-gl-adapter';
import { tokens } from '../theme';

const SEGMENTS = 72;
const brand = tokens.brand as `#${string}`;
const styles = { fillColor: brand, outlineColor: brand, fillOpacity: 0.12, outlineWidth: 2 };

const lineStyles = { lineStringColor: brand, lineStringWidth: 3, closingPointColor: brand };

/** Who hears of what is drawn. */
export interface Drawing {
  polygon: (polygon: Polygon) => void;
  line: (line: Position[]) => void;
  /** While it is drawn. */
  changed: (shape: Polygon | LineString) => void;
}

/** Polygons, circles and lines by mouse or finger; each is handed over as soon as it is whole. */
export function startDrawing(map: MapLibre, on: Drawing): TerraDraw {
  const draw = new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map }),
    modes: [
      new TerraDrawPolygonMode({ styles }),
      new TerraDrawCircleMode({ styles, segments: SEGMENTS, drawInteraction: 'click-move-or-drag' }),
      new TerraDrawLineStringMode({ styles: lineStyles }),
    ],
  });
  draw.start();
  draw.on('finish', (id) => {
    const geometry = draw.getSnapshotFeature(id)?.geometry;
    draw.clear();
    if (geometry?.type === 'Polygon') on.polygon(rounded(geometry.coordinates));
    if (geometry?.type === 'LineString') on.line(geometry.coordinates);
  });
  draw.on('change', (ids, kind) => {
    if (kind === 'delete' || kind === 'styling') return;
    for (const id of ids) {
      const geometry = draw.getSnapshotFeature(id)?.geometry;
      if (geometry?.type === 'Polygon' || geometry?.type === 'LineString') on.changed(geometry);
    }
  });
  return draw;
}

/** Seven decimals are a centimetre; more only make the link longer. */
function rounded(rings: Position[][]): Polygon {
  const round = (value: number) => Math.round(value * 1e7) / 1e7;
  return {
    type: 'Polygon',
    coordinates: rings.map((ring) => ring.map((at): Position => [round(at[0] ?? 0), round(at[1] ?? 0)])),
  };
}
