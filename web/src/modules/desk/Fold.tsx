import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { useI18n } from '../../i18n';
import { words } from './words';

type Side = 'left' | 'right';
const KEY = 'gridhall.folded';

/** Which of the panels beside the map are folded away, kept for this browser. */
export interface Folded {
  left: boolean;
  right: boolean;
  toggle: (side: Side) => void;
}

export function useFolded(): Folded {
  const [sides, setSides] = useState<readonly Side[]>(() =>
    (['left', 'right'] as const).filter((side) => (localStorage.getItem(KEY) ?? '').split(' ').includes(side)),
  );
  const toggle = (side: Side) => {
    const next = sides.includes(side) ? sides.filter((other) => other !== side) : [...sides, side];
    localStorage.setItem(KEY, next.join(' '));
    setSides(next);
  };
  return { left: sides.includes('left'), right: sides.includes('right'), toggle };
}

/** Folds the panels of a side away, so that a small screen shows more of the map. */
export function FoldButton({ side, folded }: { side: Side; folded: Folded }) {
  const { t } = useI18n(words);
  const isFolded = folded[side];
  const label = t(
    isFolded ? (side === 'left' ? 'unfoldLeft' : 'unfoldRight') : side === 'left' ? 'foldLeft' : 'foldRight',
  );
  const toLeft = (side === 'left') !== isFolded;
  return (
    <button
      type="button"
      className={`fold fold-${side}`}
      aria-label={label}
      title={label}
      aria-expanded={!isFolded}
      onClick={() => folded.toggle(side)}
      data-testid={`fold-${side}`}
    >
      {toLeft ? <LeftOutlined aria-hidden /> : <RightOutlined aria-hidden />}
    </button>
  );
}
