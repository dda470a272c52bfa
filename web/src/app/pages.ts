import { declared } from '../api/declared';
import type { PageView } from '../kit/module';
import { faces } from '../theme';
import { modules } from './modules';

/** Pages that no module of the server declares: everybody who is signed in may open them. */
const OWN = ['/', '/design'];

const pages = modules.flatMap((module) => module.pages ?? []);
const isAt = (path: string, at: string) => at === path || at.startsWith(`${path}/`);

/** How the page at an address is drawn; nothing where there is none. The longest path that fits is meant. */
export function viewAt(path: string): PageView | undefined {
  return pages.filter((page) => isAt(page.path, path)).toSorted((one, other) => other.path.length - one.path.length)[0];
}

/** What opens at an address for who isn't signed in. What lies below it is the server's: `/signin/with/3` leads to another platform. */
export const entranceAt = (path: string) =>
  modules.flatMap(({ entrances = [] }) => entrances).find((entrance) => entrance.path === path);

/** Whether there is a page at an address at all. */
export const isPage = (path: string): boolean =>
  path === '/' || viewAt(path) !== undefined || entranceAt(path) !== undefined;

/** Whether the reader may open the page at an address, as the manifest says: a page above it being theirs is not enough. */
export function mayOpen(path: string): boolean {
  const page = path === '/' ? '/' : viewAt(path)?.path;
  return (
    page !== undefined && (OWN.includes(page) || declared().pages.some((declaredPage) => declaredPage.path === page))
  );
}

export const faceAt = (path: string) => viewAt(path)?.face ?? faces.light;
