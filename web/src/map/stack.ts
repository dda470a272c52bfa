import type { LayerSpecification, Map as MapLibre, VectorTileSource } from 'maplibre-gl';
import { declared, LAYER_GROUPS, type LayerGroup, layerOf } from '../api/declared';

/** How the map's layers lie on each other, from the topmost down, and how far each is seen through (per cent; 100 when not named). */
export interface Stack {
  order: readonly string[];
  opacity: Readonly<Record<string, number>>;
  /** Which part of a layer is shown, where it isn't the first that is declared; `all` is the whole. */
  parts: Readonly<Record<string, string>>;
}

export type GroupName = LayerGroup;

/** The layers as the style has them, from the topmost down. */
const usualOrder = (): readonly string[] => declared().layers.map(({ name }) => name);
export const usualStack = (): Stack => ({ order: usualOrder(), opacity: {}, parts: {} });

/** All of a layer, beside its parts. */
export const WHOLE = 'all';

/** The part of a layer that a stack shows; none of a layer that has no parts. */
export const partOf = (stack: Stack, layer: string): string | null => {
  const parts = layerOf(layer)?.parts ?? [];
  const chosen = stack.parts[layer];
  if (chosen === WHOLE || parts.some(({ name }) => name === chosen)) return chosen ?? null;
  return parts[0]?.name ?? null;
};

/** Where the tiles of a layer lie, of the part that a stack shows. */
const tilesOf = (stack: Stack, layer: string): string => {
  const part = partOf(stack, layer);
  return `${location.origin}/tiles/${layer}${part === null || part === WHOLE ? '' : `.${part}`}/{z}/{x}/{y}`;
};

/** The group of a layer; what no module declares is ground. */
export const groupOf = (layer: string): GroupName =>
  LAYER_GROUPS.find((name) => name === layerOf(layer)?.group) ?? 'ground';

/** The groups from the topmost down, each with its layers of those that there are. */
export function grouped(stack: Stack, there: readonly string[]): { name: GroupName; layers: string[] }[] {
  const order = complete(stack.order, there);
  const names = [...new Set(order.map(groupOf))];
  return names
    .map((name) => ({ name, layers: order.filter((layer) => groupOf(layer) === name && there.includes(layer)) }))
    .filter(({ layers }) => layers.length > 0);
}

/** All layers, each once and a group's together: those of the order first, all others as usual. */
export function complete(order: readonly string[], there: readonly string[] = usualOrder()): string[] {
  const all = [...new Set([...order, ...usualOrder(), ...there])];
  return [...new Set(all.map(groupOf))].flatMap((group) => all.filter((layer) => groupOf(layer) === group));
}

export const isUsual = (order: readonly string[]) => {
  const usual = usualOrder();
  return complete(order).every((layer, at) => layer === usual[at]);
};

/** A layer moved to where another one of its group is. */
export function moved(stack: Stack, layer: string, to: string): Stack {
  if (layer === to || groupOf(layer) !== groupOf(to)) return stack;
  const order = complete(stack.order);
  const down = order.indexOf(layer) < order.indexOf(to);
  const rest = order.filter((name) => name !== layer);
  rest.splice(rest.indexOf(to) + (down ? 1 : 0), 0, layer);
  return { ...stack, order: rest };
}

/** A whole group one place up (-1) or down (1). */
export function groupMoved(stack: Stack, group: GroupName, step: -1 | 1): Stack {
  const order = complete(stack.order);
  const names = [...new Set(order.map(groupOf))];
  const [from, to] = [names.indexOf(group), names.indexOf(group) + step];
  const other = names[to];
  if (from === -1 || other === undefined) return stack;
  [names[from], names[to]] = [other, group];
  return { ...stack, order: names.flatMap((name) => order.filter((layer) => groupOf(layer) === name)) };
}

/** The order as an address says it. */
export const writeOrder = (order: readonly string[]) => complete(order).join('.');
export const writeOpacity = (opacity: Stack['opacity']) =>
  Object.entries(opacity)
    .filter(([, share]) => share !== 100)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, share]) => `${name}.${share}`)
    .join(',');

/** The parts as an address says them: `case.all`. */
export const writeParts = (parts: Stack['parts']) =>
  Object.entries(parts)
    .filter(([layer, part]) => part !== layerOf(layer)?.parts[0]?.name)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([layer, part]) => `${layer}.${part}`)
    .join(',');

export function readStack(order: string | null, opacity: string | null, parts: string | null = null): Stack {
  const usual = usualOrder();
  const known = (order ?? '').split('.').filter((name) => usual.includes(name));
  const shares = (opacity ?? '').split(',').flatMap((part): [string, number][] => {
    const [name = '', text = ''] = part.split('.');
    const share = Number(text);
    return usual.includes(name) && text !== '' && Number.isInteger(share) && share >= 0 && share < 100
      ? [[name, share]]
      : [];
  });
  const chosen = (parts ?? '').split(',').flatMap((one): [string, string][] => {
    const [name = '', part = ''] = one.split('.');
    const declaredParts = layerOf(name)?.parts ?? [];
    return declaredParts.length > 0 && (part === WHOLE || declaredParts.some((known) => known.name === part))
      ? [[name, part]]
      : [];
  });
  return { order: complete(known), opacity: Object.fromEntries(shares), parts: Object.fromEntries(chosen) };
}

const OPACITIES: Partial<Record<LayerSpecification['type'], readonly string[]>> = {
  fill: ['fill-opacity'],
  line: ['line-opacity'],
  circle: ['circle-opacity', 'circle-stroke-opacity'],
  symbol: ['text-opacity', 'icon-opacity'],
  'fill-extrusion': ['fill-extrusion-opacity'],
  heatmap: ['heatmap-opacity'],
  raster: ['raster-opacity'],
};

/** An opacity of a style, made less: zoom may only stand outermost in an expression, so that its results are changed within it. */
export function times(value: unknown, share: number): unknown {
  if (value === undefined || value === null) return share;
  if (typeof value === 'number') return Math.round(value * share * 1e4) / 1e4;
  if (!Array.isArray(value)) return value;
  const [head] = value as unknown[];
  // Where the results stand: after the input and, from there on, each second one.
  const results = (at: number): boolean => {
    if (head === 'interpolate') return at >= 4 && at % 2 === 0;
    if (head === 'step') return at >= 2 && at % 2 === 0;
    if (head === 'case') return at === value.length - 1 || at % 2 === 0;
    if (head === 'match') return at === value.length - 1 || (at >= 3 && at % 2 === 1);
    return at > 0;
  };
  if (head === 'interpolate' || head === 'step' || head === 'case' || head === 'match' || head === 'coalesce')
    return value.map((part: unknown, at) => (at > 0 && results(at) ? times(part, share) : part));
  return ['*', share, value];
}

/** The layer of the map to which a layer of the style belongs. */
export function ownerOf(layer: LayerSpecification): string | null {
  const name = (layer.metadata as Record<string, unknown> | undefined)?.['gridhall:layer'];
  return typeof name === 'string' ? name : null;
}

/** Names stand above everything, and the tints of regions below: neither moves with its layer. */
const isName = (layer: LayerSpecification) => layer.type === 'symbol' && layer.id.endsWith('-name');
const isTint = (layer: LayerSpecification) => layer.type === 'fill' && groupOf(ownerOf(layer) ?? '') === 'divisions';
const moves = (layer: LayerSpecification) => ownerOf(layer) !== null && !isName(layer) && !isTint(layer);

/** The lowest layer of the style that may be moved: what colours the ground lies below it. */
export const lowest = (map: MapLibre): string | undefined => map.getStyle().layers.find(moves)?.id;

/** Lays a map's layers on each other as a stack says. */
export class Stacking {
  private readonly original = new Map<string, unknown>();
  private order: readonly string[] = usualOrder();

  constructor(private readonly map: MapLibre) {}

  apply(stack: Stack): void {
    this.show(stack);
    const layers = this.map.getStyle().layers;
    for (const layer of layers) {
      const owner = ownerOf(layer);
      if (owner !== null) this.fade(layer, (stack.opacity[owner] ?? 100) / 100);
    }
    const order = complete(stack.order);
    if (order.every((name, at) => name === this.order[at])) return;
    this.order = order;
    const names = layers.find(isName)?.id;
    for (const owner of order.toReversed())
      for (const layer of layers) if (ownerOf(layer) === owner && moves(layer)) this.map.moveLayer(layer.id, names);
  }

  /** Has each layer that has parts draw the one that is chosen. */
  private show(stack: Stack): void {
    for (const { name, parts } of declared().layers) {
      const source = parts.length > 0 ? this.map.getSource<VectorTileSource>(name) : undefined;
      const tiles = tilesOf(stack, name);
      if (source && source.tiles?.[0] !== tiles) source.setTiles([tiles]);
    }
  }

  private fade(layer: LayerSpecification, share: number): void {
    for (const property of OPACITIES[layer.type] ?? []) {
      const key = `${layer.id} ${property}`;
      if (!this.original.has(key)) {
        // What the style never dims isn't touched until somebody does.
        if (share === 1) continue;
        this.original.set(key, (layer as { paint?: Record<string, unknown> }).paint?.[property]);
      }
      const before = this.original.get(key);
      this.map.setPaintProperty(layer.id, property as never, (share === 1 ? before : times(before, share)) as never);
    }
  }
}

/** The map's own layers that the style draws at a zoom, from the topmost down. */
export function drawnAt(map: MapLibre, zoom: number): string[] {
  const layers = map.getStyle().layers.filter((layer) => zoom >= (layer.minzoom ?? 0) && zoom < (layer.maxzoom ?? 24));
  return [
    ...new Set(
      layers
        .toReversed()
        .filter((layer) => !isName(layer))
        .flatMap((layer) => ownerOf(layer) ?? []),
    ),
  ];
}
