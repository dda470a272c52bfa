/** A file of the program that could not be fetched: the network failed, or a newer release has taken its place. */
export class PartMissing extends Error {
  constructor(cause: unknown) {
    super('a part of the program could not be fetched', { cause });
    this.name = 'PartMissing';
  }
}

/** Style sheets that failed: the bundler asks for each only once, so that a later try would go on without them. */
const failedSheets = new Set<HTMLLinkElement>();
if (typeof document !== 'undefined')
  document.addEventListener(
    'error',
    ({ target }) => target instanceof HTMLLinkElement && target.rel === 'stylesheet' && failedSheets.add(target),
    true,
  );

function fetchSheetAgain(link: HTMLLinkElement): Promise<void> {
  return new Promise((resolve, reject) => {
    const fresh = document.createElement('link');
    fresh.rel = 'stylesheet';
    fresh.href = link.href;
    fresh.onload = () => resolve();
    fresh.onerror = () => reject(new Error(`no style sheet at ${link.href}`));
    failedSheets.delete(link);
    link.replaceWith(fresh);
  });
}

/** Fetches a part of the program. What goes wrong on the way is a {@link PartMissing}, and the next call tries again. */
export async function fetchPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    await Promise.all([...failedSheets].map(fetchSheetAgain));
    return await load();
  } catch (cause) {
    throw new PartMissing(cause);
  }
}

const AGAIN_MS = 3_000;

/** Fetches a part however long it takes, for what has no place of its own to say that it is missing; null once nobody wants it any more. */
export async function fetchUntilThere<T>(load: () => Promise<T>, isWanted: () => boolean): Promise<T | null> {
  while (isWanted()) {
    const part = await fetchPart(load).catch(() => null);
    if (part) return part;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
  return null;
}

/** The file that a page starts with; its name changes with each release. */
export const entryOf = (page: string): string | undefined =>
  /<script[^>]+type="module"[^>]+src="([^"]+)"/.exec(page)?.[1];

/** Whether the server has a newer release than the one that runs here; null when it does not answer. */
export async function hasNewerRelease(): Promise<boolean | null> {
  try {
    const answer = await fetch('/', { cache: 'no-store', headers: { Accept: 'text/html' } });
    if (!answer.ok) return null;
    const there = entryOf(await answer.text());
    const here = document.querySelector<HTMLScriptElement>('script[type="module"][src]')?.getAttribute('src');
    return there === undefined || here === null || here === undefined ? null : there !== here;
  } catch {
    return null;
  }
}
