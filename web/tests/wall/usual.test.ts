import { describe, expect, it } from 'vitest';
import { figureOf, maySee } from '../../src/figures/figures';
import { panelNames, placed, usualPanels } from '../../src/wall/composition';
import { themes, usualFigure } from '../../src/wall/state';

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
    expect(left).toEqual([['key', 'hours', 'days'], ['ontime']]);
  });
});
