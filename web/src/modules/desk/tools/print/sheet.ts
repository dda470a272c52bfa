import { faces } from '../../../../theme';
import { cut, drawLegend, font, type PaperLegend, wrap } from '../../planner/picture';
import type { Chart } from './chart';

const face = faces.light;
const MM_PER_INCH = 25.4;
const POINTS_PER_INCH = 72;

export type PaperName = 'A4' | 'A3';
export type Orientation = 'landscape' | 'portrait';
export type GridKind = 'none' | 'corners' | 'lines';
const SHORT_SIDE: Record<PaperName, [short: number, long: number]> = { A4: [210, 297], A3: [297, 420] };

/** How a sheet is laid out, in millimetres from its upper left corner. */
export interface Layout {
  width: number;
  height: number;
  frame: { x: number; y: number; width: number; height: number };
}

const [MARGIN, HEAD, FOOT] = [12, 25, 25];

export function layoutOf(paper: PaperName, orientation: Orientation): Layout {
  const [short, long] = SHORT_SIDE[paper];
  const [width, height] = orientation === 'landscape' ? [long, short] : [short, long];
  return { width, height, frame: { x: MARGIN, y: HEAD, width: width - MARGIN * 2, height: height - HEAD - FOOT } };
}

export const inches = (mm: number) => mm / MM_PER_INCH;
/** A page of a PDF. */
export const pageOf = ({ width, height }: Layout) => ({
  width: inches(width) * POINTS_PER_INCH,
  height: inches(height) * POINTS_PER_INCH,
});

/** A layer in the legend. */
export interface Sign {
  title: string;
  colour: string;
  kind: 'polygon' | 'line' | 'point';
}

export interface Content {
  title: string;
  subtitle: string;
  /** Said beside the scale. */
  system: string;
  sources: string;
  north: string;
  grid: GridKind;
  legend: { title: string; signs: Sign[]; classes: PaperLegend | null } | null;
  number: (value: number, digits?: number) => string;
  units: { metres: string; kilometres: string };
}

const SECONDS = 3_600;
/** Steps of the grid in seconds of arc. */
const STEPS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200];
const MOST_LINES = 6;

/** Degrees, minutes and seconds. */
export function dms(degrees: number, letters: [positive: string, negative: string]): string {
  const seconds = Math.round(Math.abs(degrees) * SECONDS);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(seconds / SECONDS)}°${two(Math.floor(seconds / 60) % 60)}′${two(seconds % 60)}″${letters[degrees < 0 ? 1 : 0]}`;
}
const EAST: [string, string] = ['E', 'W'];
const NORTH: [string, string] = ['N', 'S'];

/** Lines of the grid between two degrees: at most so many, at round seconds. */
export function gridLines(from: number, to: number): number[] {
  const step = STEPS.find((seconds) => ((to - from) * SECONDS) / seconds <= MOST_LINES) ?? SECONDS * 10;
  const lines: number[] = [];
  for (let at = Math.ceil((from * SECONDS) / step) * step; at <= to * SECONDS; at += step) lines.push(at / SECONDS);
  return lines;
}

/** A round length for the scale bar of at most so many metres: 1, 2 or 5 with zeros. */
export function roundLength(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  return ([5, 2, 1].find((factor) => factor * power <= most) ?? 1) * power;
}

/** The whole sheet at so many dots an inch. */
export function drawSheet(layout: Layout, chart: Chart, content: Content, dots: number): HTMLCanvasElement {
  const unit = dots / MM_PER_INCH;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [Math.round(layout.width * unit), Math.round(layout.height * unit)];
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = face.surface;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.textBaseline = 'middle';
  const text = (
    words: string,
    x: number,
    y: number,
    size: number,
    options: { weight?: number; colour?: string; align?: CanvasTextAlign; width?: number; halo?: boolean } = {},
  ) => {
    context.font = font(size * unit, options.weight ?? 400);
    context.textAlign = options.align ?? 'left';
    const said = cut(context, words, (options.width ?? layout.width) * unit);
    if (options.halo) {
      [context.lineJoin, context.lineWidth, context.strokeStyle] = ['round', 0.9 * unit, face.surface];
      context.strokeText(said, x * unit, y * unit);
    }
    context.fillStyle = options.colour ?? face.ink;
    context.fillText(said, x * unit, y * unit);
    context.textAlign = 'left';
  };
  const { frame } = layout;
  const [right, bottom] = [frame.x + frame.width, frame.y + frame.height];
  text(content.title, frame.x, 12.5, 6.4, { weight: 600, width: frame.width });
  text(content.subtitle, frame.x, 20, 3, { colour: face.muted, width: frame.width });

  context.drawImage(chart.picture, frame.x * unit, frame.y * unit, frame.width * unit, frame.height * unit);
  const place = (lon: number, lat: number): [number, number] => {
    const [x, y] = chart.project(lon, lat);
    return [frame.x + x * frame.width, frame.y + y * frame.height];
  };
  const [west, north] = chart.unproject(0, 0);
  const [east, south] = chart.unproject(1, 1);
  if (content.grid === 'lines') {
    [context.strokeStyle, context.lineWidth, context.globalAlpha] = [face.brandDeep, 0.12 * unit, 0.6];
    context.beginPath();
    for (const lon of gridLines(west, east))
      line(context, [place(lon, 0)[0], frame.y], [place(lon, 0)[0], bottom], unit);
    for (const lat of gridLines(south, north))
      line(context, [frame.x, place(0, lat)[1]], [right, place(0, lat)[1]], unit);
    context.stroke();
    context.globalAlpha = 1;
    for (const lon of gridLines(west, east))
      text(dms(lon, EAST), clamp(place(lon, 0)[0], frame.x + 12, right - 12), bottom - 2.6, 2.3, {
        align: 'center',
        halo: true,
      });
    for (const lat of gridLines(south, north))
      text(dms(lat, NORTH), frame.x + 1.5, clamp(place(0, lat)[1], frame.y + 2.6, bottom - 6), 2.3, { halo: true });
  }
  if (content.grid === 'corners') {
    const corners: [number, number, number, number, CanvasTextAlign][] = [
      [west, north, frame.x + 2, frame.y + 3, 'left'],
      [east, north, right - 2, frame.y + 3, 'right'],
      [west, south, frame.x + 2, bottom - 6.4, 'left'],
      [east, south, right - 2, bottom - 6.4, 'right'],
    ];
    for (const [lon, lat, x, y, align] of corners) {
      text(dms(lon, EAST), x, y, 2.4, { align, halo: true });
      text(dms(lat, NORTH), x, y + 3.4, 2.4, { align, halo: true });
    }
  }
  [context.strokeStyle, context.lineWidth] = [face.ink, 0.3 * unit];
  context.strokeRect(frame.x * unit, frame.y * unit, frame.width * unit, frame.height * unit);
  drawNorth(context, right - 9, frame.y + (content.grid === 'corners' ? 18 : 12), unit, content.north, text);
  if (content.legend) drawSigns(context, content, frame, unit, text);

  drawScale(context, chart.scale, frame.x, bottom + 6, unit, content, text);
  text(content.system, right, bottom + 6, 3, { align: 'right', colour: face.muted });
  context.font = font(2.7 * unit);
  wrap(context, content.sources, frame.width * unit)
    .slice(0, 3)
    .forEach((words, at) =>
      text(words, frame.x, bottom + 14.4 + at * 4, 2.7, { colour: face.muted, width: frame.width }),
    );
  return canvas;
}

type Write = (
  words: string,
  x: number,
  y: number,
  size: number,
  options?: { weight?: number; colour?: string; align?: CanvasTextAlign; width?: number; halo?: boolean },
) => void;

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

function line(context: CanvasRenderingContext2D, from: [number, number], to: [number, number], unit: number): void {
  context.moveTo(from[0] * unit, from[1] * unit);
  context.lineTo(to[0] * unit, to[1] * unit);
}

function drawNorth(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  unit: number,
  letter: string,
  text: Write,
): void {
  context.fillStyle = face.ink;
  context.strokeStyle = face.surface;
  context.lineWidth = 0.5 * unit;
  context.beginPath();
  for (const [dx, dy] of [
    [0, -5.5],
    [2.4, 2.4],
    [0, 0.8],
    [-2.4, 2.4],
  ] as const)
    context.lineTo((x + dx) * unit, (y + dy) * unit);
  context.closePath();
  context.stroke();
  context.fill();
  text(letter, x, y + 5, 3.2, { weight: 600, align: 'center', halo: true });
}

/** A bar of four fields with its lengths, and the scale in figures. */
function drawScale(
  context: CanvasRenderingContext2D,
  scale: number,
  x: number,
  y: number,
  unit: number,
  { number, units }: Content,
  text: Write,
): void {
  const length = roundLength((scale * 62) / 1_000);
  const width = (length * 1_000) / scale;
  const shown =
    scale >= 1_000
      ? Math.round(scale / 10 ** (Math.floor(Math.log10(scale)) - 3)) * 10 ** (Math.floor(Math.log10(scale)) - 3)
      : Math.round(scale);
  text(`1 : ${number(shown)}`, x, y, 4, { weight: 600 });
  const left = x + 36;
  for (let at = 0; at < 4; at += 1) {
    context.fillStyle = at % 2 === 0 ? face.ink : face.surface;
    context.fillRect((left + (width / 4) * at) * unit, (y - 0.9) * unit, (width / 4) * unit, 1.8 * unit);
  }
  [context.strokeStyle, context.lineWidth] = [face.ink, 0.2 * unit];
  context.strokeRect(left * unit, (y - 0.9) * unit, width * unit, 1.8 * unit);
  const far = length >= 1_000;
  const say = (metres: number) => number(far ? metres / 1_000 : metres, 2);
  text('0', left, y + 3.2, 2.4, { align: 'center' });
  text(say(length / 2), left + width / 2, y + 3.2, 2.4, { align: 'center' });
  text(`${say(length)} ${far ? units.kilometres : units.metres}`, left + width, y + 3.2, 2.4, { align: 'center' });
}

/** The layers and, above them, the classes of the choropleth. */
function drawSigns(
  context: CanvasRenderingContext2D,
  content: Content,
  frame: Layout['frame'],
  unit: number,
  text: Write,
): void {
  const { legend } = content;
  if (!legend) return;
  const [row, pad, least, most, before] = [5, 3, 36, 70, 7.5];
  // As wide as its longest name, in either language.
  context.font = font(2.8 * unit);
  const names = Math.max(0, ...legend.signs.map(({ title }) => context.measureText(title).width / unit));
  const width = clamp(names + pad * 2 + before + 0.5, least, most);
  const bottom = frame.y + frame.height - (content.grid === 'none' ? 3 : content.grid === 'lines' ? 7 : 12);
  const height = pad * 2 + 5.6 + legend.signs.length * row;
  const left = frame.x + (content.grid === 'lines' ? 20 : 3);
  if (legend.signs.length > 0) {
    const top = bottom - height;
    [context.fillStyle, context.strokeStyle, context.lineWidth] = [face.surface, face.line, 0.2 * unit];
    context.beginPath();
    context.roundRect(left * unit, top * unit, width * unit, height * unit, 1.4 * unit);
    context.fill();
    context.stroke();
    text(legend.title, left + pad, top + pad + 2, 3.1, { weight: 600 });
    legend.signs.forEach((sign, at) => {
      const y = top + pad + 5.6 + row * at + row / 2;
      context.fillStyle = sign.colour;
      context.strokeStyle = sign.colour;
      context.lineWidth = 0.5 * unit;
      if (sign.kind === 'point') {
        context.beginPath();
        context.arc((left + pad + 2.5) * unit, y * unit, 1.2 * unit, 0, Math.PI * 2);
        context.fill();
      } else if (sign.kind === 'line') context.fillRect((left + pad) * unit, (y - 0.5) * unit, 5 * unit, unit);
      else context.strokeRect((left + pad + 0.3) * unit, (y - 1.4) * unit, 4.4 * unit, 2.8 * unit);
      text(sign.title, left + pad + before, y, 2.8, { width: width - pad * 2 - before });
    });
  }
  if (legend.classes)
    drawLegend(
      context,
      legend.classes,
      (left + (legend.signs.length > 0 ? width + 3 : 0)) * unit,
      bottom * unit,
      unit * 0.235,
    );
}
