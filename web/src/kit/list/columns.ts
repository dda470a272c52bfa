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

/** Which columns of a list are shown, kept for this browser. */
export function useShownColumns<Column extends Chosen>(list: string, all: readonly Column[]): ShownColumns<Column> {
  const place = `gridhall.columns.${list}`;
  const [kept, keep] = useState<readonly string[] | null>(() => localStorage.getItem(place)?.split(' ') ?? null);
  const usual = all.filter(({ isUsual = true }) => isUsual).map(({ key }) => key);
  const wanted = kept?.filter((key) => all.some((column) => column.key === key)) ?? [];
  const keys = wanted.length > 0 ? wanted : usual;
  return {
    all,
    keys,
    columns: all.filter(({ key }) => keys.includes(key)),
    choose: (next) => {
      if (next && next.length > 0) localStorage.setItem(place, next.join(' '));
      else localStorage.removeItem(place);
      keep(next);
    },
  };
}
