import { describe, expect, it } from 'vitest';
import { figureOf, maySee } from '../../src/figures/figures';
import { panelNames, placed, usualPanels } from '../../src/wall/composition';
import { sayWhen } from '../../src/wall/panels/Stream';
import { themes, themesFor, usualFigure } from '../../src/wall/state';

const of = (...permissions: string[]) => ['map.read', 'case.read', ...permissions];

describe('what a wall shows until somebody chooses', () => {
  it('is coloured by a figure that its reader may see', () => {
    expect(themes.map((theme) => usualFigure(theme, of('person.read')))).toEqual(['density', 'elderly', 'perThousand', 'open', 'density']);
    for (const theme of themes) expect(maySee(figureOf(usualFigure(theme, of())), of())).toBe(true);
  });

  it('leaves out the panel that would only say what its reader may not see, and nothing else', () => {
    expect(usualPanels('wide', of('person.read'))).toEqual(panelNames);
    expect(usualPanels('wide', of())).toEqual(panelNames.filter((name) => name !== 'population'));
    const { left } = placed('wide', usualPanels('wide', of()));
    expect(left).toEqual([['key', 'hours', 'days', 'ontime']]);
    expect(placed('wide', panelNames).left).toEqual([['key', 'hours', 'days'], ['population', 'ontime']]);
  });

  it('offers the theme of the people to those who may see them', () => {
    expect(themesFor(of('person.read'))).toEqual(themes);
    expect(themesFor(of())).toEqual(['overview', 'cases', 'emergency', 'night']);
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
