import type { Map as MapLibre } from 'maplibre-gl';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isLost, Retry } from '../../src/map/retry';

const error = Object.assign(new Error('AJAXError: Failed to fetch (0)'), { status: 0 });
const tile = (x: number) => ({ tileID: { canonical: { z: 12, x, y: 7 } } });

function made() {
  let idle = () => {};
  const [tell, setData] = [vi.fn(), vi.fn()];
  const map = {
    on: (_: string, then: () => void) => (idle = then),
    getSource: (id: string) => ({
      type: id === 'region-label' ? 'geojson' : 'vector',
      serialize: () => ({ data: '/labels' }),
      setData,
    }),
    refreshTiles: vi.fn(),
    triggerRepaint: vi.fn(),
  };
  return { map, tell, setData, retry: new Retry(map as unknown as MapLibre, tell), idle: () => idle() };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('knows what the network did from what the map did', () => {
  expect(isLost(error)).toBe(true);
  expect(isLost(new Error('layers[3]: unknown property'))).toBe(false);
});

it('asks again for the tiles that failed, with growing pauses, and says when they are there', () => {
  const { map, tell, retry, idle } = made();
  retry.heard({ error, sourceId: 'road', tile: tile(1) });
  retry.heard({ error, sourceId: 'road', tile: tile(2) });
  idle();
  expect(tell.mock.calls).toEqual([[true]]);
  expect([retry.misses('road'), retry.misses('case')]).toEqual([true, false]);
  vi.advanceTimersByTime(2_000);
  expect(retry.misses('road')).toBe(false);
  expect(map.refreshTiles.mock.calls).toEqual([['road', [tile(1).tileID.canonical, tile(2).tileID.canonical]]]);
  retry.heard({ error, sourceId: 'road', tile: tile(2) });
  idle();
  vi.advanceTimersByTime(3_999);
  expect(map.refreshTiles).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  expect(map.refreshTiles).toHaveBeenLastCalledWith('road', [tile(2).tileID.canonical]);
  expect(tell.mock.calls).toEqual([[true]]);
  idle();
  expect(tell.mock.calls).toEqual([[true], [false]]);
  vi.advanceTimersByTime(120_000);
  expect(map.refreshTiles).toHaveBeenCalledTimes(2);
});

it('waits no longer when the connection is back', () => {
  const { map, retry, setData } = made();
  retry.now();
  retry.heard({ error, sourceId: 'case', tile: tile(1) });
  retry.heard({ error, sourceId: 'region-label' });
  retry.now();
  expect(map.refreshTiles).toHaveBeenCalledTimes(1);
  expect(setData).toHaveBeenCalledWith('/labels');
});

it('says nothing of a base map of others, and asks for it all the same', () => {
  const { map, tell, retry, idle } = made();
  retry.heard({ error, sourceId: 'base-map-0', tile: tile(1) });
  vi.advanceTimersByTime(2_000);
  idle();
  expect(map.refreshTiles).toHaveBeenCalledTimes(1);
  expect(tell).not.toHaveBeenCalled();
});
