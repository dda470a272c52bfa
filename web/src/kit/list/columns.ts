import { useState } from 'react';

/** A column as its list knows it: chosen by its key. */
interface Chosen {
  key: string;
  title: string;
  isUsual?: boolean;
}

export interface ShownColumns<Column extends Chosen> {
  /** Those that are shown, in the list's order. */
  columns: Column[];
  all: readonly Column[];
  keys: readonly string[];
  choose: (keys: readonly string[] | null) => void;
}

/** What is kept of a column that isn't shown. A list may have other columns in another view: those were never chosen. */
const HIDDEN = '-';

/** Which columns of a list are shown, kept for this browser. */
export function useShownColumns<Column extends Chosen>(list: string, all: readonly Column[]): ShownColumns<Column> {
  const place = `gridhall.columns.${list}`;
  const [kept, keep] = useState<readonly string[] | null>(() => localStorage.getItem(place)?.split(' ') ?? null);
  const isShown = ({ key, isUsual = true }: Column) =>
    kept?.includes(key) || (!kept?.includes(HIDDEN + key) && isUsual);
  const wanted = all.filter(isShown).map(({ key }) => key);
  const keys = wanted.length > 0 ? wanted : all.map(({ key }) => key);
  return {
    all,
    keys,
    columns: all.filter(({ key }) => keys.includes(key)),
    choose: (next) => {
      if (!next || next.length === 0) {
        localStorage.removeItem(place);
        keep(null);
        return;
      }
      const here = all.map(({ key }) => key);
      const elsewhere = kept?.filter((key) => !here.includes(key.replace(HIDDEN, ''))) ?? [];
      const chosen = [...here.map((key) => (next.includes(key) ? key : HIDDEN + key)), ...elsewhere];
      localStorage.setItem(place, chosen.join(' '));
      keep(chosen);
    },
  };
}
