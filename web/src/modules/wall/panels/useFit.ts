import { type RefObject, useEffect, useRef, useState } from 'react';

/** Between two rows, in heights of a row. */
const GAP = 1 / 6;

/** How many whole rows a list of so many rows has room for, and no more than the most. */
export function useFit(rows: number, most: number): { list: RefObject<HTMLOListElement | null>; fits: number } {
  const list = useRef<HTMLOListElement>(null);
  const [fits, setFits] = useState(most);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another number of rows is measured anew
  useEffect(() => {
    const place = list.current;
    if (!place) return undefined;
    const measure = () => {
      const [room, row] = [
        place.getBoundingClientRect().height,
        place.firstElementChild?.getBoundingClientRect().height ?? 0,
      ];
      if (row > 0) setFits(Math.max(1, Math.min(most, Math.floor((room / row + GAP) / (1 + GAP) + 0.01))));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(place);
    measure();
    return () => observer.disconnect();
  }, [rows, most]);
  return { list, fits };
}
