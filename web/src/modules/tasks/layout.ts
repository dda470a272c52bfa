import type { Process } from './queries';

type Definition = Process['definition'];

export interface Box {
  name: string;
  title: string;
  x: number;
  y: number;
  isEnd: boolean;
}

export interface Line {
  from: string;
  to: string;
  titles: string[];
  count: number;
  path: string;
  labelX: number;
  labelY: number;
}

export const BOX = { width: 120, height: 56 } as const;
const GAP = { x: 54, y: 150 } as const;
const EDGE = 24;
/** How high an arc rises for each box that it passes. */
const RISE = 22;

/** How many boxes the widest arc above the row passes. */
function highest(row: readonly string[], transitions: Definition['transitions']): number {
  const spans = transitions.flatMap(({ from = [], to }) =>
    from.map((one) =>
      to ? Math.abs(row.indexOf(to) - row.indexOf(one)) * Number(row.includes(to) && row.includes(one)) : 0,
    ),
  );
  return Math.max(1, ...spans);
}

/** Where the boxes and lines of a process stand: the steps in a row, what ends it and what stands still below. */
export function layOut(
  { steps, transitions }: Definition,
  counts: ReadonlyMap<string, number>,
  language: 'zh-CN' | 'en',
): { boxes: Box[]; lines: Line[]; width: number; height: number } {
  const titled = (title: readonly string[]) => title[language === 'en' ? 1 : 0] ?? '';
  const row = steps.filter(({ is_end, stands_still }) => !is_end && !stands_still);
  const below = steps.filter(({ is_end, stands_still }) => is_end || stands_still);
  const top =
    EDGE +
    RISE *
      highest(
        row.map(({ name }) => name),
        transitions,
      );
  const boxes: Box[] = row.map(({ name, title }, index) => ({
    name,
    title: titled(title),
    x: EDGE + index * (BOX.width + GAP.x),
    y: top,
    isEnd: false,
  }));
  const spread = (row.length * (BOX.width + GAP.x)) / Math.max(1, below.length);
  for (const [index, { name, title, is_end }] of below.entries())
    boxes.push({
      name,
      title: titled(title),
      x: EDGE + index * spread,
      y: top + BOX.height + GAP.y,
      isEnd: is_end === true,
    });
  const at = new Map(boxes.map((box) => [box.name, box]));
  const found = new Map<string, Line>();
  for (const transition of transitions) {
    const targets = transition.goes_back
      ? transitions.filter(({ to }) => to && (transition.from ?? []).includes(to)).flatMap(({ from = [] }) => from)
      : transition.to
        ? [transition.to]
        : [];
    for (const from of transition.from ?? [])
      for (const to of new Set(targets)) {
        const [start, end] = [at.get(from), at.get(to)];
        if (!start || !end || from === to) continue;
        const key = `${from} ${to}`;
        const count = counts.get(`${transition.action} ${from} ${to}`) ?? 0;
        const line = found.get(key) ?? { from, to, titles: [], count: 0, ...curve(start, end) };
        line.titles.push(titled(transition.title));
        line.count += count;
        found.set(key, line);
      }
  }
  return {
    boxes,
    lines: [...found.values()],
    width: EDGE * 2 + row.length * (BOX.width + GAP.x) - GAP.x,
    height: top + 2 * BOX.height + GAP.y + EDGE,
  };
}

/** The way from one box to another: straight to the next, in an arc above the others, down to an end. */
function curve(from: Box, to: Box): { path: string; labelX: number; labelY: number } {
  const [half, middle] = [BOX.width / 2, BOX.height / 2];
  if (from.y === to.y) {
    const isNext = to.x > from.x && to.x - from.x <= BOX.width + GAP.x;
    if (isNext) {
      const [x1, x2, y] = [from.x + BOX.width, to.x, from.y + middle];
      return { path: `M${x1} ${y}L${x2 - 4} ${y}`, labelX: (x1 + x2) / 2, labelY: y - 8 };
    }
    const [x1, x2, y] = [from.x + half + 12, to.x + half - 12, from.y];
    const rise = Math.max(1, Math.round(Math.abs(to.x - from.x) / (BOX.width + GAP.x))) * RISE + 8;
    return {
      path: `M${x1} ${y}C${x1} ${y - rise} ${x2} ${y - rise} ${x2} ${y - 4}`,
      labelX: (x1 + x2) / 2,
      labelY: y - rise * 0.75 - 4,
    };
  }
  const isDown = to.y > from.y;
  const [x1, x2] = [from.x + half, to.x + half];
  const [y1, y2] = isDown ? [from.y + BOX.height, to.y - 4] : [from.y, to.y + BOX.height + 4];
  const bend = (y2 - y1) / 2;
  return {
    path: `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`,
    labelX: (x1 + x2) / 2,
    labelY: (y1 + y2) / 2,
  };
}
