import type { Map as MapLibre } from 'maplibre-gl';
import { faces } from '../../../theme';
import { onePage } from './pdf';
import { blobOf, cut, drawLegend, drawPins, font, type PaperLegend, type Pin, photograph, wrap } from './picture';

/** What stands on the page beside the map. */
export interface Paper {
  title: string;
  subtitle: string;
  keys: { label: string; value: string; note: string }[];
  bars: { title: string; rows: { name: string; value: number; text: string }[] }[];
  /** Areas side by side, in place of the bars. */
  table: {
    heads: { letter: string; colour: string; ink: string; name: string }[];
    rows: { name: string; cells: string[] }[];
  } | null;
  legend: PaperLegend | null;
  pins: readonly Pin[];
  sources: string;
}

const face = faces.light;
/** A4 on its side at 200 dots an inch. */
const [WIDTH, HEIGHT] = [2339, 1654];
const [MARGIN, GAP] = [90, 50];
const [MAP_WIDTH, MAP_TOP, MAP_BOTTOM] = [1330, 230, 1490];

/** The part of the map that the page shows: of the page's shape, around the middle of what no panel covers. */
function crop(map: MapLibre, canvas: HTMLCanvasElement): [x: number, y: number, width: number, height: number] {
  const box = map.getContainer().getBoundingClientRect();
  const unit = canvas.width / box.width;
  const right = document.querySelector('.desk .right')?.getBoundingClientRect();
  const left = document.querySelector('.desk .left')?.getBoundingClientRect();
  const open = {
    left: left && left.width > 0 && left.width < box.width / 2 ? left.right - box.left : 0,
    right: right && right.width > 0 && right.width < box.width / 2 ? right.left - box.left : box.width,
  };
  const shape = MAP_WIDTH / (MAP_BOTTOM - MAP_TOP);
  const width = Math.min(box.width, box.height * shape);
  const height = width / shape;
  const middle = (open.left + open.right) / 2;
  const x = Math.min(Math.max(0, middle - width / 2), box.width - width);
  return [x * unit, ((box.height - height) / 2) * unit, width * unit, height * unit];
}

/** One page with the map, the figures and where they come from. */
export async function paper(map: MapLibre, content: Paper): Promise<Blob> {
  const photo = await photograph(map);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [WIDTH, HEIGHT];
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = face.surface;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.textBaseline = 'middle';
  write(context, content.title, MARGIN, 120, font(58, 600), face.ink, WIDTH - MARGIN * 2);
  write(context, content.subtitle, MARGIN, 184, font(27), face.muted, WIDTH - MARGIN * 2);

  const [x, y, width, height] = crop(map, photo);
  context.save();
  context.beginPath();
  context.roundRect(MARGIN, MAP_TOP, MAP_WIDTH, MAP_BOTTOM - MAP_TOP, 18);
  context.clip();
  context.drawImage(photo, x, y, width, height, MARGIN, MAP_TOP, MAP_WIDTH, MAP_BOTTOM - MAP_TOP);
  const unit = photo.width / map.getContainer().clientWidth;
  drawPins(
    context,
    content.pins,
    ([lon, lat]) => {
      const at = map.project([lon, lat]);
      return {
        x: MARGIN + ((at.x * unit - x) / width) * MAP_WIDTH,
        y: MAP_TOP + ((at.y * unit - y) / height) * (MAP_BOTTOM - MAP_TOP),
      };
    },
    1.9,
  );
  context.restore();
  context.strokeStyle = face.line;
  context.lineWidth = 2;
  context.beginPath();
  context.roundRect(MARGIN, MAP_TOP, MAP_WIDTH, MAP_BOTTOM - MAP_TOP, 18);
  context.stroke();
  if (content.legend) drawLegend(context, content.legend, MARGIN + 24, MAP_BOTTOM - 24, 1.7);

  const left = MARGIN + MAP_WIDTH + GAP;
  const room = WIDTH - MARGIN - left;
  if (content.table) drawTable(context, content.table, left, room);
  else drawBars(context, content.bars, left, drawKeys(context, content.keys, left, room), room);

  context.font = font(21);
  wrap(context, content.sources, WIDTH - MARGIN * 2)
    .slice(0, 3)
    .forEach((line, index) => write(context, line, MARGIN, 1540 + index * 32, font(21), face.muted, WIDTH));
  const jpeg = new Uint8Array(await (await blobOf(canvas, 'image/jpeg', 0.92)).arrayBuffer());
  return onePage(jpeg, { width: WIDTH, height: HEIGHT }, content.title);
}

function write(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  type: string,
  colour: string,
  width: number,
  align: CanvasTextAlign = 'left',
): void {
  context.font = type;
  context.fillStyle = colour;
  context.textAlign = align;
  context.fillText(cut(context, text, width), x, y);
  context.textAlign = 'left';
}

/** The chief figures in two columns; gives where they end. */
function drawKeys(context: CanvasRenderingContext2D, keys: Paper['keys'], left: number, room: number): number {
  const [width, height, gap] = [(room - 20) / 2, 132, 20];
  keys.forEach((key, index) => {
    const x = left + (index % 2) * (width + gap);
    const y = MAP_TOP + Math.floor(index / 2) * (height + gap);
    context.fillStyle = face.sunken;
    context.beginPath();
    context.roundRect(x, y, width, height, 14);
    context.fill();
    write(context, key.label, x + 22, y + 30, font(23), face.muted, width - 44);
    write(context, key.value, x + 22, y + 70, font(38, 600), face.ink, width - 44);
    write(context, key.note, x + 22, y + 108, font(21), face.muted, width - 44);
  });
  return MAP_TOP + Math.ceil(keys.length / 2) * (height + gap);
}

function drawBars(
  context: CanvasRenderingContext2D,
  groups: Paper['bars'],
  left: number,
  top: number,
  room: number,
): void {
  const row = 36;
  let y = top + 24;
  for (const group of groups) {
    if (y + 50 + group.rows.length * row > MAP_BOTTOM + 20) break;
    write(context, group.title, left, y, font(25, 600), face.ink, room);
    y += 42;
    const most = Math.max(1, ...group.rows.map(({ value }) => value));
    for (const { name, value, text } of group.rows) {
      write(context, name, left, y, font(22), face.muted, 196);
      context.fillStyle = face.brand;
      const width = Math.max(2, (value / most) * (room - 210 - 110));
      context.beginPath();
      context.roundRect(left + 210, y - 9, width, 18, [0, 5, 5, 0]);
      context.fill();
      write(context, text, left + 210 + width + 12, y, font(22), face.ink, 110);
      y += row;
    }
    y += 26;
  }
}

function drawTable(
  context: CanvasRenderingContext2D,
  table: NonNullable<Paper['table']>,
  left: number,
  room: number,
): void {
  const first = 250;
  const width = (room - first) / table.heads.length;
  let y = MAP_TOP + 30;
  table.heads.forEach((head, index) => {
    const right = left + first + (index + 1) * width;
    context.fillStyle = head.colour;
    context.beginPath();
    context.roundRect(right - 40, y - 20, 40, 40, 10);
    context.fill();
    write(context, head.letter, right - 20, y + 1, font(24, 600), head.ink, 40, 'center');
    write(context, head.name, right, y + 48, font(21), face.muted, width - 10, 'right');
  });
  y += 100;
  for (const row of table.rows) {
    context.strokeStyle = face.line;
    context.beginPath();
    context.moveTo(left, y - 32);
    context.lineTo(left + room, y - 32);
    context.stroke();
    write(context, row.name, left, y, font(21), face.muted, first - 10);
    row.cells.forEach((cell, index) =>
      write(context, cell, left + first + (index + 1) * width, y, font(23, 600), face.ink, width - 8, 'right'),
    );
    y += 64;
  }
}
