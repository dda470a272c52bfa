import type { Map as MapLibre } from 'maplibre-gl';
import { still } from '../../../map/still';
import { faces, metrics } from '../../../theme';

const face = faces.light;
const SHARP = 2;
const PATIENCE_MS = 8_000;

/** What the colours mean, on paper. */
export interface PaperLegend {
  title: string;
  under: string;
  items: { colour: string; text: string; count: string }[];
}

/** A letter at a place of the map, as the comparison has it. */
export interface Pin {
  letter: string;
  colour: string;
  ink: string;
  at: readonly [number, number] | null;
}

/** The letters over a picture of the map, of which a point of the screen takes so many. */
export function drawPins(
  context: CanvasRenderingContext2D,
  pins: readonly Pin[],
  place: (at: readonly [number, number]) => { x: number; y: number },
  unit: number,
): void {
  context.textBaseline = 'middle';
  for (const { letter, colour, ink, at } of pins) {
    if (!at) continue;
    const half = 11 * unit;
    // Above the place, so that its name can be read.
    const { x, y: foot } = place(at);
    const y = foot - 10 * unit - half;
    context.fillStyle = face.surface;
    context.beginPath();
    context.roundRect(x - half - 2 * unit, y - half - 2 * unit, (half + 2 * unit) * 2, (half + 2 * unit) * 2, 7 * unit);
    context.fill();
    context.fillStyle = colour;
    context.beginPath();
    context.roundRect(x - half, y - half, half * 2, half * 2, 6 * unit);
    context.fill();
    context.fillStyle = ink;
    context.font = font(13 * unit, 600);
    context.textAlign = 'center';
    context.fillText(letter, x, y + unit);
    context.textAlign = 'left';
  }
}

/** The map as it stands, at twice the screen's points so that print is sharp. */
export async function photograph(map: MapLibre): Promise<HTMLCanvasElement> {
  const before = map.getPixelRatio();
  map.setPixelRatio(Math.max(SHARP, before));
  try {
    await still(map, PATIENCE_MS);
    return await new Promise((resolve) => {
      // The drawing is there only within the frame that made it.
      map.once('render', () => {
        const source = map.getCanvas();
        const copy = document.createElement('canvas');
        [copy.width, copy.height] = [source.width, source.height];
        copy.getContext('2d')?.drawImage(source, 0, 0);
        resolve(copy);
      });
      map.triggerRepaint();
    });
  } finally {
    map.setPixelRatio(before);
  }
}

export const font = (size: number, weight = 400) => `${weight} ${size}px ${metrics.font}`;

/** A text cut to a width, with dots where it was cut. */
export function cut(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let short = text;
  while (short.length > 1 && context.measureText(`${short}…`).width > width) short = short.slice(0, -1);
  return `${short}…`;
}

/** A text over lines of a width; Chinese breaks anywhere, Latin between words. */
export function wrap(context: CanvasRenderingContext2D, text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.match(/[\u0020-\u024f]+?(?:\s|$)|[^\s]|\s/gu) ?? []) {
    if (line !== '' && context.measureText(line + word).width > width) {
      lines.push(line.trimEnd());
      line = word.trimStart();
    } else line += word;
  }
  return [...lines, line].filter((part) => part !== '');
}

/** A card with the legend; its lower left corner stands at the place. */
export function drawLegend(
  context: CanvasRenderingContext2D,
  legend: PaperLegend,
  left: number,
  bottom: number,
  unit: number,
): void {
  const [pad, row, width] = [14 * unit, 24 * unit, 230 * unit];
  const height = pad * 2 + 44 * unit + legend.items.length * row;
  const top = bottom - height;
  context.fillStyle = face.surface;
  context.strokeStyle = face.line;
  context.lineWidth = unit;
  context.beginPath();
  context.roundRect(left, top, width, height, 10 * unit);
  context.fill();
  context.stroke();
  context.textBaseline = 'middle';
  context.fillStyle = face.ink;
  context.font = font(15 * unit, 600);
  context.fillText(cut(context, legend.title, width - pad * 2), left + pad, top + pad + 9 * unit);
  context.fillStyle = face.muted;
  context.font = font(12 * unit);
  context.fillText(cut(context, legend.under, width - pad * 2), left + pad, top + pad + 29 * unit);
  legend.items.forEach((item, index) => {
    const y = top + pad + 44 * unit + row * index + row / 2;
    context.fillStyle = item.colour;
    context.fillRect(left + pad, y - 7 * unit, 26 * unit, 14 * unit);
    context.fillStyle = face.ink;
    context.font = font(13 * unit);
    context.fillText(item.text, left + pad + 36 * unit, y);
    context.fillStyle = face.muted;
    context.textAlign = 'right';
    context.fillText(item.count, left + width - pad, y);
    context.textAlign = 'left';
  });
}

/** The map with its title, its legend and where it comes from, as a PNG. */
export async function mapPicture(
  map: MapLibre,
  words: { title: string; foot: string },
  legend: PaperLegend | null,
  pins: readonly Pin[],
): Promise<Blob> {
  const canvas = await photograph(map);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  const unit = canvas.width / map.getContainer().clientWidth;
  context.textBaseline = 'middle';
  const label = (text: string, size: number, weight: number, x: number, y: number, align: CanvasTextAlign) => {
    context.font = font(size * unit, weight);
    context.textAlign = align;
    context.lineJoin = 'round';
    context.lineWidth = 5 * unit;
    context.strokeStyle = face.surface;
    context.strokeText(text, x, y);
    context.fillStyle = face.ink;
    context.fillText(text, x, y);
    context.textAlign = 'left';
  };
  label(words.title, 24, 600, 20 * unit, 34 * unit, 'left');
  label(words.foot, 12, 400, canvas.width - 14 * unit, canvas.height - 18 * unit, 'right');
  drawPins(
    context,
    pins,
    ([lon, lat]) => {
      const at = map.project([lon, lat]);
      return { x: at.x * unit, y: at.y * unit };
    },
    unit,
  );
  if (legend) drawLegend(context, legend, 16 * unit, canvas.height - 16 * unit, unit);
  return blobOf(canvas, 'image/png');
}

export function blobOf(canvas: HTMLCanvasElement, kind: string, quality?: number): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), kind, quality),
  );
}
