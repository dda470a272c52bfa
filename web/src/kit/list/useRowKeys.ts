import { useEffect, useRef } from 'react';
import { covered, isWriting } from '../../keys/focus';

interface RowKeys<Row> {
  rows: readonly Row[];
  /** The place of the row that is chosen; before the first where none is. */
  at: number;
  onChoose: (row: Row, at: number) => void;
  onEnter: (row: Row) => void;
  onMark: (row: Row) => void;
}

/** What Enter presses by itself. */
const PRESSED = 'a, button, [role="button"], [role="tab"], [role="option"]';

/** J and K go down and up the rows of a list, Enter opens one, X marks it, / leads to its search. */
export function useRowKeys<Row>(keys: RowKeys<Row> | null): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const now = latest.current;
      const { target } = event;
      if (!now || event.ctrlKey || event.altKey || event.metaKey || covered() || !(target instanceof HTMLElement))
        return;
      if (isWriting(target) && !target.matches('[type="checkbox"]')) {
        if (event.key === 'Escape') target.blur();
        return;
      }
      const { rows, at } = now;
      const go = (to: number) => {
        const row = rows[to];
        if (row) now.onChoose(row, to);
      };
      const row = rows[at];
      if (event.key === 'j' || event.key === 'J') go(Math.min(at + 1, rows.length - 1));
      else if (event.key === 'k' || event.key === 'K') go(Math.max(at - 1, 0));
      else if (event.key === '/') document.querySelector<HTMLInputElement>('main [role="search"] input')?.focus();
      else if (row && event.key === 'Enter' && !target.closest(PRESSED)) now.onEnter(row);
      else if (row && (event.key === 'x' || event.key === 'X')) now.onMark(row);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
}
