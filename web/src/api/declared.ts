import type { Schemas } from './client';

export type Manifest = Schemas['Manifest'];
export type Title = Schemas['ManifestTitle'];
export type DeclaredGroup = Schemas['ManifestGroup'];
export type DeclaredPage = Schemas['ManifestPage'];
export type DeclaredLayer = Schemas['ManifestLayer'];
export type DeclaredField = Schemas['ManifestField'];
export type DeclaredObject = Schemas['ManifestObject'];
export type DeclaredFigure = Schemas['ManifestFigure'];
export type SearchKind = Schemas['ManifestSearchKind'];

/** What the server's modules declare, as far as it is the reader's: the web lists no layer, page or figure by itself. */
export interface Declared {
  groups: readonly DeclaredGroup[];
  pages: readonly DeclaredPage[];
  /** From the topmost of the map down. */
  layers: readonly DeclaredLayer[];
  objects: readonly DeclaredObject[];
  figures: readonly DeclaredFigure[];
  search: readonly SearchKind[];
}

/** The groups of the map's legend, from the topmost down. */
export const LAYER_GROUPS = ['affairs', 'society', 'divisions', 'ground'] as const;
export type LayerGroup = (typeof LAYER_GROUPS)[number];

const place = ({ group, place: within }: DeclaredLayer): number =>
  LAYER_GROUPS.indexOf(group as LayerGroup) * 1000 + within;

/** What a manifest says, as one list of each kind. */
export function arranged({ groups, modules }: Manifest): Declared {
  return {
    groups,
    pages: modules.flatMap(({ pages }) => pages),
    layers: modules.flatMap(({ layers }) => layers).toSorted((one, other) => place(one) - place(other)),
    objects: modules.flatMap(({ objects }) => objects),
    figures: modules.flatMap(({ figures }) => figures),
    search: modules.flatMap(({ search }) => search),
  };
}

let current: Declared = arranged({ groups: [], modules: [] });

/** Takes a reader's manifest: before any page is drawn, and again when they act in another post. */
export function declare(manifest: Manifest): void {
  current = arranged(manifest);
}

/** What is declared for the reader. */
export const declared = (): Declared => current;

export const layerOf = (name: string): DeclaredLayer | undefined => current.layers.find((layer) => layer.name === name);

/** The page at an address or above it. */
export function pageAt(path: string): DeclaredPage | undefined {
  const above = current.pages.filter((page) => path === page.path || path.startsWith(`${page.path}/`));
  return above.toSorted((one, other) => other.path.length - one.path.length)[0];
}
