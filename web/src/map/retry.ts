import type { GeoJSONSource, Map as MapLibre, VectorTileSource } from 'maplibre-gl';
import { isOfBase } from './basemaps';

const FIRST_MS = 2_000;
const LONGEST_MS = 60_000;
const LOOK_MS = 500;

interface TileId {
  z: number;
  x: number;
  y: number;
}

/** What the map tells of something that it couldn't get. */
export interface Failure {
  error: { message: string };
  sourceId?: string;
  tile?: { tileID: { canonical: TileId } };
}

/** Whether the server couldn't be asked, or gave no answer of use: only such errors have a status (0 without any answer). */
export const isLost = (error: { message: string }): boolean => 'status' in error && typeof error.status === 'number';

/** Asks again for what the map couldn't get, with growing pauses, as the map by itself never does. */
export class Retry {
  /** Tiles by source; a source without tiles failed as a whole. */
  private failed = new Map<string, TileId[]>();
  private away = false;
  private pause = FIRST_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private looking: ReturnType<typeof setInterval> | undefined;

  /** `tell` hears when something of the city is missing, and when all of it is there again. */
  constructor(
    private readonly map: MapLibre,
    private readonly tell: (lost: boolean) => void,
  ) {
    map.on('idle', () => this.settled());
  }

  heard(failure: Failure): void {
    const { sourceId, tile } = failure;
    if (sourceId !== undefined)
      this.failed.set(sourceId, [...(this.failed.get(sourceId) ?? []), ...(tile ? [tile.tileID.canonical] : [])]);
    // Who draws a base map says by itself what became of it.
    if (!this.away && !isOfBase(failure)) {
      this.away = true;
      this.tell(true);
    }
    this.timer ??= setTimeout(() => this.again(), this.pause);
  }

  /** Whether something of the city is missing. */
  get isAway(): boolean {
    return this.away;
  }

  /** Whether tiles of a source have failed and wait to be asked for again. */
  misses(source: string): boolean {
    return this.failed.has(source);
  }

  /** The connection is back: there is nothing to wait for. */
  now(): void {
    if (this.timer === undefined) return;
    this.pause = FIRST_MS;
    this.again();
  }

  private again(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.pause = Math.min(this.pause * 2, LONGEST_MS);
    const missing = this.failed;
    this.failed = new Map();
    for (const [id, tiles] of missing) {
      const source = this.map.getSource<GeoJSONSource | VectorTileSource>(id);
      if (!source) continue;
      // Tiles that are still drawn are left alone: a reload that fails would take them away.
      if (tiles.length > 0) this.map.refreshTiles(id, tiles);
      else if (source.type === 'geojson' && typeof source.serialize().data === 'string')
        void source.setData(source.serialize().data);
      else if (source.type !== 'geojson' && source.url) source.setUrl(source.url);
    }
    // A tile that comes back unchanged doesn't have the map drawn by itself.
    this.looking ??= setInterval(() => this.map.triggerRepaint(), LOOK_MS);
  }

  private settled(): void {
    clearInterval(this.looking);
    this.looking = undefined;
    if (this.timer !== undefined) return;
    this.pause = FIRST_MS;
    if (!this.away) return;
    this.away = false;
    this.tell(false);
  }

  stop(): void {
    clearTimeout(this.timer);
    clearInterval(this.looking);
  }
}
