/** The list from which one came: its cases in their order, and its address. It lives as long as the tab does. */
interface Trail {
  ids: readonly number[];
  address: string;
}

const KEY = 'cases.trail';
/** What the tab keeps has a bound. */
const MOST = 2_000;

/** Remembers the list that is shown. */
export function keepTrail(ids: readonly number[], address: string): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ids: ids.slice(0, MOST), address } satisfies Trail));
  } catch {
    // A browser that keeps nothing only lacks the way on.
  }
}

/** The cases beside one in the list from which one came, and the way back to it. */
export function beside(id: number): { before: number | null; next: number | null; address: string } {
  let trail: Trail = { ids: [], address: '/cases' };
  try {
    trail = { ...trail, ...(JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Partial<Trail>) };
  } catch {
    // As if there were none.
  }
  const at = trail.ids.indexOf(id);
  return {
    before: at > 0 ? (trail.ids[at - 1] ?? null) : null,
    next: at >= 0 ? (trail.ids[at + 1] ?? null) : null,
    address: trail.address,
  };
}
