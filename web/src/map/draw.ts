import type { Map as MapLibre } from 'maplibre-gl';
import type { Polygon, Position } from 'geojson';
import { TerraDraw, TerraDrawCircleMode, TerraDrawLineStringMode, TerraDrawPolygonMode } from 'terra-draw';
import { TerraDrawMapLibreGLAdapter } from 'terra-draw-maplibre-gl-adapter';
import { tokens } from '../theme';

const SEGMENTS = 72;
const brand = tokens.brand as `#${string}`;
const styles = { fillColor: brand, outlineColor: brand, fillOpacity: 0.12, outlineWidth: 2 };

const lineStyles = { lineStringColor: brand, lineStringWidth: 3, closingPointColor: brand };

/** Polygons, circles and lines by mouse or finger; each is handed over as soon as it is whole. */
export function startDrawing(map: MapLibre, onDrawn: (polygon: Polygon) => void, onLine: (line: Position[]) => void): TerraDraw {
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
    if (geometry?.type === 'Polygon') onDrawn(rounded(geometry.coordinates));
    if (geometry?.type === 'LineString') onLine(geometry.coordinates);
  });
  return draw;
}

/** Seven decimals are a centimetre; more only make the link longer. */
function rounded(rings: Position[][]): Polygon {
  const round = (value: number) => Math.round(value * 1e7) / 1e7;
  return { type: 'Polygon', coordinates: rings.map((ring) => ring.map((at): Position => [round(at[0] ?? 0), round(at[1] ?? 0)])) };
}
