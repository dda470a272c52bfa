import type { SharedKey } from '../i18n';

export type PageKeys = 'desk' | 'wall' | 'director' | 'cases' | 'case';

/** Keys with what they do; those of a row do it each, those with a plus together. */
type Row = readonly [keys: readonly string[], what: SharedKey];
interface Group {
  title: SharedKey;
  rows: readonly Row[];
}

const moving: readonly Row[] = [
  [['←', '↑', '→', '↓'], 'keysMove'],
  [['+', '−'], 'keysZoom'],
  [['Shift + ← →'], 'keysTurn'],
  [['Shift + ↑ ↓'], 'keysTilt'],
];
const everywhere: Group = {
  title: 'keysPage',
  rows: [
    [['Tab', 'Shift + Tab'], 'keysTab'],
    [['F6', 'Shift + F6'], 'keysAreas'],
    [['Enter', 'Space'], 'keysPress'],
    [['Esc'], 'keysClose'],
    [['?'], 'keysThis'],
  ],
};

/** Every page's keys, in groups. */
export const keyLists: Record<PageKeys, readonly Group[]> = {
  desk: [
    everywhere,
    { title: 'keysMap', rows: [...moving, [['Enter', 'Space'], 'keysPick'], [['I'], 'keysIdentify']] },
    {
      title: 'keysDraw',
      rows: [
        [['Space'], 'keysCorner'],
        [['Enter'], 'keysFinish'],
        [['Esc'], 'keysGiveUp'],
      ],
    },
    {
      title: 'keysParts',
      rows: [
        [['↑', '↓'], 'keysToolbar'],
        [['Alt + ↑', 'Alt + ↓'], 'keysLayer'],
        [['←', '→'], 'keysSliders'],
      ],
    },
  ],
  wall: [
    everywhere,
    { title: 'keysMap', rows: [...moving, [['Enter'], 'keysDrill']] },
    {
      title: 'keysWall',
      rows: [
        [['Backspace', 'Esc'], 'keysUp'],
        [['Home'], 'keysHome'],
        [['1', '…', '5'], 'keysTheme'],
        [['Space'], 'keysPlay'],
        [['←', '→'], 'keysMoment'],
      ],
    },
  ],
  cases: [
    everywhere,
    {
      title: 'keysRows',
      rows: [
        [['J', 'K'], 'keysRow'],
        [['Enter'], 'keysOpen'],
        [['X'], 'keysMark'],
        [['/'], 'keysSearch'],
      ],
    },
  ],
  case: [
    everywhere,
    {
      title: 'keysRecord',
      rows: [
        [['1', '…', '9'], 'keysAct'],
        [['M'], 'keysMore'],
        [['Ctrl + Enter'], 'keysSend'],
        [['J', 'K'], 'keysNextRecord'],
        [['U'], 'keysBack'],
      ],
    },
  ],
  director: [everywhere, { title: 'keysBoard', rows: [...moving, [['Enter', 'Space'], 'keysPen']] }],
};
