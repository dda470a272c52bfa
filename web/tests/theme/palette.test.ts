import { describe, expect, it } from 'vitest';
import { ciede2000, contrast, difference, lightness, sights } from '../../src/theme/colour';
import { faces, scaleNames } from '../../src/theme/tokens';

/** WCAG 2.2 AA: of text, and of large figures and marks. */
const TEXT = 4.5;
const LARGE = 3;
/** CIEDE2000 between neighbours; about 2 is just seen side by side, 8 is seen apart at a glance. */
const NEIGHBOURS = 10;
const STEPS = 8;
/** Between any two series, which may come to lie side by side. */
const ANY = 6;

const pairs = (colours: readonly string[]) =>
  colours.slice(1).map((colour, at) => [colours[at] ?? colour, colour] as const);

describe('the arithmetic of colour', () => {
  it('agrees with the published examples', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(ciede2000([50, 2.6772, -79.7751], [50, 0, -82.7485])).toBeCloseTo(2.0425, 4);
    expect(ciede2000([50, 2.5, 0], [73, 25, -18])).toBeCloseTo(27.1492, 4);
    expect(ciede2000([50, -1, 2], [50, 0, 0])).toBeCloseTo(2.3669, 4);
    expect(ciede2000([22.7233, 20.0904, -46.694], [23.0331, 14.973, -42.5619])).toBeCloseTo(2.0373, 4);
    expect(ciede2000([90.8027, -2.0831, 1.441], [91.1528, -1.6435, 0.0447])).toBeCloseTo(1.4441, 4);
  });
});

describe.each(Object.values(faces))('the $name face', (face) => {
  it('has text that is read on every ground', () => {
    for (const ink of ['ink', 'muted', 'faint'] as const) {
      for (const ground of ['surface', 'sunken', 'ground'] as const)
        expect(contrast(face[ink], face[ground]), `${ink} on ${ground}`).toBeGreaterThanOrEqual(TEXT);
    }
    for (const sign of ['brand', 'accent', 'good', 'danger'] as const)
      expect(contrast(face[sign], face.surface), sign).toBeGreaterThanOrEqual(TEXT);
    expect(contrast(face.onBrand, face.brand), 'on the brand').toBeGreaterThanOrEqual(TEXT);
    for (const [level, colour] of Object.entries(face.map.names))
      expect(contrast(colour, face.map.land), `name of a ${level}`).toBeGreaterThanOrEqual(
        level === 'county' || level === 'street' ? TEXT : LARGE,
      );
  });

  it('has marks that stand out from the ground', () => {
    for (const mark of [...face.severities, ...face.series])
      expect(contrast(mark, face.surface), mark).toBeGreaterThanOrEqual(LARGE);
  });

  it.each(scaleNames)('has a scale %s that goes one way', (name) => {
    const steps = face.scales[name].map(lightness);
    const way = face.name === 'light' ? -1 : 1;
    for (const [at, step] of steps.entries())
      if (at > 0) expect((step - (steps[at - 1] ?? 0)) * way, `step ${at + 1}`).toBeGreaterThan(5);
  });

  it.each(sights)('is told apart with %s', (sight) => {
    for (const [one, next] of [...pairs(face.series), ...pairs(face.severities), [face.male, face.female] as const]) {
      expect(difference(one, next, sight), `${one} and ${next}`).toBeGreaterThanOrEqual(NEIGHBOURS);
    }
    for (const [at, one] of face.series.entries())
      for (const other of face.series.slice(at + 1))
        expect(difference(one, other, sight), `${one} and ${other}`).toBeGreaterThanOrEqual(ANY);
    for (const name of scaleNames)
      for (const [one, next] of pairs(face.scales[name]))
        expect(difference(one, next, sight), `${name}: ${one} and ${next}`).toBeGreaterThanOrEqual(STEPS);
  });
});
