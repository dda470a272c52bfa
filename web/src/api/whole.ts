/** The most that the server gives in a page. */
export const MOST = 500;
/** A list that is wanted whole is read so many pages far. */
const PAGES = 20;
/** A part of a list, and where it goes on: a list's own cursor, or an id. */
interface Part<T, C> {
  items: T[];
  next?: C | null;
}

export async function whole<T, C extends number | string>(
  page: (after: C | undefined) => Promise<Part<T, C>>,
): Promise<{ items: T[]; more: boolean }> {
  const items: T[] = [];
  let after: C | undefined;
  for (let read = 0; read < PAGES; read += 1) {
    const part = await page(after);
    items.push(...part.items);
    after = part.next ?? undefined;
    if (after === undefined) return { items, more: false };
  }
  return { items, more: true };
}
