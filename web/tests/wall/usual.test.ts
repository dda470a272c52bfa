import { describe, expect, it } from 'vitest';
import '../declared';
import { panelNames, placed, themeLayers, themePanels, usualPanels } from '../../src/modules/wall/composition';
import { rankKeys } from '../../src/modules/wall/panels/Ranking';
import { sayWhen } from '../../src/modules/wall/panels/Stream';
import { figuresOf, themeFigure, themes, themesFor, usualFigure } from '../../src/modules/wall/state';

describe('what a wall shows until somebody chooses', () => {
  it('is coloured by a figure that its reader sees', () => {
    expect(themes.map((theme) => usualFigure(theme, true))).toEqual([
      'density',
      'elderly',
      'perThousand',
      'emergencies',
      'nightly',
    ]);
    for (const theme of themes) expect(themeFigure(theme, null, false).isOfPeople, theme).toBe(false);
    expect(themeFigure('overview', 'elderly', true).key).toBe('elderly');
    expect(themeFigure('overview', 'elderly', false).key).toBe('open');
    // A theme's own figure is no other's.
    expect(themeFigure('cases', 'emergencies', true).key).toBe('perThousand');
    expect(figuresOf('night').map(({ key }) => key)).toContain('nightly');
  });

  it('leaves out the panels that would only say what its reader does not see, and nothing else', () => {
    const ofPeople = ['people', 'population', 'residence'];
    for (const theme of themes) {
      expect(usualPanels(theme, 'wide', true)).toEqual(panelNames.filter((name) => themePanels[theme].includes(name)));
      expect(usualPanels(theme, 'wide', false)).toEqual(
        usualPanels(theme, 'wide', true).filter((name) => !ofPeople.includes(name)),
      );
      // Every panel that a theme shows has its place.
      for (const shape of ['wide', 'one', 'narrow'] as const) {
        const { left, right } = placed(shape, usualPanels(theme, shape, true));
        expect([...left.flat(), ...right.flat()].toSorted()).toEqual([...usualPanels(theme, shape, true)].toSorted());
      }
    }
    expect(placed('wide', panelNames).left).toHaveLength(2);
  });

  it('offers the theme of the people to those who are told how many there are', () => {
    expect(themesFor(true)).toEqual(themes);
    expect(themesFor(false)).toEqual(['overview', 'cases', 'emergency', 'night']);
  });

  it.each([true, false])('differs in its content from theme to theme, with people told: %s', (seesPeople) => {
    const shown = themesFor(seesPeople).map((theme) => ({
      panels: usualPanels(theme, 'one', seesPeople).join(),
      figure: usualFigure(theme, seesPeople),
      ranked: rankKeys[theme].map(({ name, title }) => `${name} ${title}`).join(),
    }));
    expect(new Set(shown.map(({ panels }) => panels)).size).toBe(shown.length);
    expect(new Set(shown.map(({ figure }) => figure)).size).toBe(shown.length);
    expect(new Set(shown.map(({ ranked }) => ranked)).size).toBe(shown.length);
    expect(usualPanels('emergency', 'one', seesPeople)).toEqual(
      expect.arrayContaining(['emergency', 'urgent', 'facilities']),
    );
    expect(themeLayers.emergency).not.toContain('heat');
  });
});

describe('the stream', () => {
  it('gives the day, as China counts days, where it is not today', () => {
    const now = Date.parse('2026-11-27T00:30:00+08:00');
    const say = (at: string) => sayWhen(Date.parse(at), now, '昨日');
    expect(say('2026-11-27T00:10:00+08:00')).toBe('00:10');
    expect(say('2026-11-26T20:47:00+08:00')).toBe('昨日 20:47');
    expect(say('2026-11-25T23:41:00+08:00')).toBe('11-25 23:41');
  });
});
