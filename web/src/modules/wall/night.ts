import type { Map as MapLibre } from 'maplibre-gl';
import type { Face } from '../../theme';

const CELL = 8;
const CELLS = 16;

/** Windows of a house front at night: some are lit, most are not; always the same ones. */
function windows(face: Face): ImageData {
  const size = CELL * CELLS;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size;
  // It is read back at once: on a graphics card that would wait for all that is drawn there meanwhile.
  const draw = canvas.getContext('2d', { willReadFrequently: true });
  if (!draw) return new ImageData(size, size);
  draw.fillStyle = face.sunken;
  draw.fillRect(0, 0, size, size);
  let seed = 7;
  for (let row = 0; row < CELLS; row += 1) {
    for (let column = 0; column < CELLS; column += 1) {
      // A plain linear congruence: a pattern needs no better dice.
      seed = (seed * 1103515245 + 12345) % 2147483648;
      const lit = seed / 2147483648;
      draw.fillStyle = lit > 0.62 ? face.accent : lit > 0.5 ? face.brand : face.ground;
      draw.globalAlpha = lit > 0.5 ? 0.35 + ((lit * 37) % 1) * 0.6 : 0.5;
      draw.fillRect(column * CELL + 2, row * CELL + 2, CELL - 4, CELL - 3);
    }
  }
  return draw.getImageData(0, 0, size, size);
}

/** The city by night: buildings in 3D with lit windows, hidden until a theme asks for it. */
export function addNight(map: MapLibre, face: Face): void {
  map.addImage('wall-windows', windows(face), { pixelRatio: 2 });
  const solid = map.getStyle().layers.find((layer) => layer.id === 'building-solid');
  map.addLayer(
    {
      id: 'wall-night',
      type: 'fill-extrusion',
      source: 'building',
      'source-layer': 'building',
      minzoom: 13,
      filter: solid && 'filter' in solid && solid.filter ? solid.filter : ['!', ['has', 'count']],
      layout: { visibility: 'none' },
      paint: {
        'fill-extrusion-pattern': 'wall-windows',
        'fill-extrusion-height': ['coalesce', ['get', 'height'], 6],
        'fill-extrusion-opacity': 0.92,
      },
    },
    // Below what is written on the map.
    solid?.id,
  );
}
