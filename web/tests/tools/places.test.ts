import { expect, it } from 'vitest';
import { around } from '../../src/map/bounds';
import { readPlace, whyNoPlace } from '../../src/map/crs';

it('says why a text is no place', () => {
  expect(readPlace('wgs84', '27.81, 114.93', 114)).toBeNull();
  expect(whyNoPlace('wgs84', '27.81, 114.93')).toBe('goToOrder');
  expect(whyNoPlace('gcj02', '27.81 114.93')).toBe('goToOrder');
  expect(whyNoPlace('wgs84', '214.93, 27.81')).toBe('goToRange');
  expect(whyNoPlace('gk', '114.93, 27.81')).toBe('goToRangeMetres');
  for (const text of ['', '114.93', '1, 2, 3', 'here, there']) expect(whyNoPlace('wgs84', text)).toBe('goToWrong');
});

it('has the box around boxes', () => {
  expect(
    around([
      [1, 2, 3, 4],
      [0, 3, 2, 9],
    ]),
  ).toEqual([0, 2, 3, 9]);
});
