type Month = { month: string; count: number };

/** Every month from the first to the last ("2025-12"): the server leaves out those without cases. */
export function everyMonth(months: readonly Month[]): Month[] {
  const at = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
  const counts = new Map(months.map(({ month, count }) => [at(month), count]));
  const places = [...counts.keys()];
  const [first, last] = [Math.min(...places), Math.max(...places)];
  return places.length === 0
    ? []
    : Array.from({ length: last - first + 1 }, (_, step) => {
        const place = first + step;
        return {
          month: `${Math.floor(place / 12)}-${String((place % 12) + 1).padStart(2, '0')}`,
          count: counts.get(place) ?? 0,
        };
      });
}
