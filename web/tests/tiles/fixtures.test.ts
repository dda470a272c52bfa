import { each } from '@mapbox/mvt-fixtures';
import { describe, expect, it } from 'vitest';
import { faults } from './spec';

const APART = new Set([
  '016', // The writer leaves out a type of zero, so its bytes are those of 003, which is refused.
  '057', // Marked valid to try a decoder's memory; its MoveTo announces half a billion points and brings one.
]);

describe('the reading of the specification agrees with its fixtures', () => {
  each((fixture) => {
    if (APART.has(fixture.id)) return;
    it(`${fixture.id} ${fixture.validity.v2 ? 'is valid' : 'is refused'}: ${fixture.description.slice(0, 80)}`, () => {
      const found = faults(fixture.buffer);
      if (fixture.validity.v2) expect(found).toEqual([]);
      else expect(found).not.toEqual([]);
    });
  });
});
