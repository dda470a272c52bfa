import { PbfReader } from 'pbf';

/** One layer of a tile as it stands on the wire, before anything is made good. */
interface Layer {
  name?: string;
  version?: number;
  extent: number;
  keys: string[];
  values: { kind: number; bytes: string }[];
  features: Feature[];
}

interface Feature {
  id?: number;
  type?: number;
  tags: number[];
  geometry?: number[];
}

type Point = [x: number, y: number];

/** What our own tiles keep beyond the specification. */
export interface Promises {
  /** How far, in units of the tile, geometry may reach over its edge. */
  buffer: number;
}

class Fault extends Error {}

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
const POINT = 1;
const LINE = 2;
const MOVE_TO = 1;
const LINE_TO = 2;
const CLOSE_PATH = 7;
/** The wire type of each kind of value: string, float, double, int64, uint64, sint64, bool. */
const VALUE_WIRE = [BYTES, FIXED32, FIXED64, VARINT, VARINT, VARINT, VARINT];

/**
 * The faults of a vector tile under version 2 of the specification, read from its bytes: a decoder such as
 * @mapbox/vector-tile forgives what this does not. With promises, our own stricter rules are held too.
 */
export function faults(tile: Uint8Array, promises?: Promises): string[] {
  const found: string[] = [];
  const names = new Set<string>();
  try {
    new PbfReader(tile).readFields((tag, _, pbf) => {
      wire(tag === 3, `a tile has no field ${tag}`);
      wire(pbf.type === BYTES, 'a layer is not a message');
      const layer = readLayer(pbf, pbf.readVarint() + pbf.pos);
      for (const fault of layerFaults(layer, promises)) found.push(`${layer.name ?? '?'}: ${fault}`);
      if (names.has(layer.name ?? '')) found.push(`two layers are named ${layer.name}`);
      names.add(layer.name ?? '');
    }, null);
  } catch (error) {
    found.push(error instanceof Error ? error.message : String(error));
  }
  return found;
}

function wire(holds: boolean, fault: string): void {
  if (!holds) throw new Fault(fault);
}

function readLayer(pbf: PbfReader, end: number): Layer {
  const layer: Layer = { extent: 4096, keys: [], values: [], features: [] };
  pbf.readFields(
    (tag, _, reader) => {
      const expected = { 1: BYTES, 2: BYTES, 3: BYTES, 4: BYTES, 5: VARINT, 15: VARINT }[tag];
      wire(expected !== undefined, `a layer has no field ${tag}`);
      wire(reader.type === expected, `field ${tag} of a layer has wire type ${reader.type}`);
      if (tag === 1) layer.name = reader.readString();
      else if (tag === 2) layer.features.push(readFeature(reader, reader.readVarint() + reader.pos));
      else if (tag === 3) layer.keys.push(reader.readString());
      else if (tag === 4) layer.values.push(readValue(reader.readBytes()));
      else if (tag === 5) layer.extent = reader.readVarint();
      else layer.version = reader.readVarint();
    },
    null,
    end,
  );
  return layer;
}

function readFeature(pbf: PbfReader, end: number): Feature {
  const feature: Feature = { tags: [] };
  pbf.readFields(
    (tag, _, reader) => {
      const expected = { 1: VARINT, 2: BYTES, 3: VARINT, 4: BYTES }[tag];
      wire(expected !== undefined, `a feature has no field ${tag}`);
      wire(reader.type === expected, `field ${tag} of a feature has wire type ${reader.type}`);
      if (tag === 1) feature.id = reader.readVarint();
      else if (tag === 2) reader.readPackedVarint(feature.tags);
      else if (tag === 3) feature.type = reader.readVarint();
      else {
        wire(feature.geometry === undefined, 'a feature has two geometries');
        feature.geometry = reader.readPackedVarint();
      }
    },
    null,
    end,
  );
  return feature;
}

function readValue(bytes: Uint8Array): Layer['values'][number] {
  let kind = 0;
  new PbfReader(bytes).readFields((tag, _, reader) => {
    wire(kind === 0, 'a value holds more than one thing');
    wire(tag >= 1 && tag <= VALUE_WIRE.length, `a value has no field ${tag}`);
    wire(reader.type === VALUE_WIRE[tag - 1], `a value of kind ${tag} has wire type ${reader.type}`);
    kind = tag;
    reader.skip(reader.type);
  }, null);
  return { kind, bytes: Buffer.from(bytes).toString('hex') };
}

function* layerFaults(layer: Layer, promises?: Promises): Generator<string> {
  if (!layer.name) yield 'it has no name';
  if (layer.version !== 1 && layer.version !== 2) yield `its version is ${layer.version}`;
  if (new Set(layer.keys).size < layer.keys.length) yield 'its keys repeat';
  if (layer.values.some((value) => value.kind === 0)) yield 'a value is of no known kind';
  if (promises && new Set(layer.values.map((value) => value.bytes)).size < layer.values.length)
    yield 'its values repeat';
  if (promises && layer.features.length === 0) yield 'it holds no features';
  const ids = new Set<number>();
  for (const [at, feature] of layer.features.entries()) {
    const name = `feature ${feature.id ?? `at ${at}`}`;
    for (const fault of featureFaults(feature, layer, promises)) yield `${name}: ${fault}`;
    if (feature.id === undefined) continue;
    if (ids.has(feature.id)) yield `${name}: its id repeats`;
    ids.add(feature.id);
  }
}

function* featureFaults(feature: Feature, layer: Layer, promises?: Promises): Generator<string> {
  if (feature.tags.length % 2 !== 0) yield 'its tags are not pairs';
  const keys = feature.tags.filter((_, at) => at % 2 === 0);
  if (keys.some((key) => key >= layer.keys.length)) yield 'a tag points past the keys';
  if (feature.tags.some((value, at) => at % 2 === 1 && value >= layer.values.length))
    yield 'a tag points past the values';
  if (new Set(keys).size < keys.length) yield 'a key stands twice';
  if (feature.type === undefined || feature.type > 3) return yield `its type is ${feature.type}`;
  if (!feature.geometry || feature.geometry.length === 0) return yield 'it has no geometry';
  if (feature.type === 0) {
    if (promises) yield 'its type is unknown';
    return;
  }
  try {
    for (const fault of geometryFaults(feature.type, feature.geometry, layer.extent, promises)) yield fault;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    yield error.message;
  }
}

function* geometryFaults(type: number, commands: number[], extent: number, promises?: Promises): Generator<string> {
  const parts = walk(type, commands);
  const points = parts.flat();
  if (promises) {
    const far = points.find((point) =>
      point.some((value) => value < -promises.buffer || value > extent + promises.buffer),
    );
    if (far) yield `(${far.join(', ')}) lies past the buffer of ${promises.buffer}`;
  }
  if (type === POINT) return;
  for (const path of parts) {
    if (path.some((point, at) => at > 0 && same(point, path[at - 1]))) yield 'a segment has no length';
  }
  if (type === LINE) return;
  for (const [at, ring] of parts.entries()) {
    if (same(ring[0], ring.at(-1))) yield 'a ring repeats its first point before it closes';
    const area = doubleArea(ring);
    if (area === 0) yield 'a ring has no area';
    if (at === 0 && area < 0) yield 'its first ring winds as a hole does';
  }
}

/** Plays the commands; the grammar of section 4.3.4 is held on the way. */
function walk(type: number, commands: number[]): Point[][] {
  const parts: Point[][] = [];
  let [x, y] = [0, 0];
  let at = 0;
  const next = (): { id: number; count: number } => {
    const command = commands[at++] ?? 0;
    return { id: command & 7, count: command >>> 3 };
  };
  const step = (): Point => {
    wire(at + 2 <= commands.length, 'its commands end within a point');
    x += zigzag(commands[at++] ?? 0);
    y += zigzag(commands[at++] ?? 0);
    return [x, y];
  };
  const run = (count: number): Point[] => {
    wire(count * 2 <= commands.length - at, `${count} points are announced and not there`);
    return Array.from({ length: count }, step);
  };
  while (at < commands.length) {
    const move = next();
    wire(move.id === MOVE_TO && move.count > 0, 'a part does not begin with MoveTo');
    if (type === POINT) {
      parts.push(run(move.count));
      wire(at === commands.length, 'a point goes on after its MoveTo');
      continue;
    }
    wire(move.count === 1, 'a line moves more than once');
    const start = run(1);
    const line = next();
    wire(line.id === LINE_TO && line.count >= (type === LINE ? 1 : 2), 'too few points');
    const points = [...start, ...run(line.count)];
    if (type !== LINE) {
      const close = next();
      wire(close.id === CLOSE_PATH && close.count === 1, 'a ring is not closed once');
    }
    parts.push(points);
  }
  return parts;
}

function zigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}

function same(a: Point | undefined, b: Point | undefined): boolean {
  return a !== undefined && b !== undefined && a[0] === b[0] && a[1] === b[1];
}

/** Twice the surveyor's area: above zero for an outer ring, y running down. */
function doubleArea(ring: Point[]): number {
  return ring.reduce((sum, [x, y], at) => {
    const [u, v] = ring[(at + 1) % ring.length] ?? [x, y];
    return sum + (x * v - u * y);
  }, 0);
}
