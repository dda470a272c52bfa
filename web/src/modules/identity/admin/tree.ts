import type { Agency } from '../hooks';

/** An agency with those below it. */
export interface Branch {
  agency: Agency;
  children: Branch[];
}

/** The agencies as a tree, siblings by their place; one whose parent isn't in scope stands at the top. */
export function treeOf(agencies: readonly Agency[]): Branch[] {
  const branches = new Map(agencies.map((agency) => [agency.id, { agency, children: [] as Branch[] }]));
  const top: Branch[] = [];
  for (const branch of branches.values()) {
    const parent = branch.agency.parent_id == null ? undefined : branches.get(branch.agency.parent_id);
    (parent?.children ?? top).push(branch);
  }
  for (const { children } of branches.values()) children.sort(bySeat);
  return top.sort(bySeat);
}

const bySeat = (a: Branch, b: Branch) => a.agency.position - b.agency.position || a.agency.id - b.agency.id;

/** The branches whose names hold a text, with the way to them; and what is to be opened to see them. */
export function searchTree(tree: readonly Branch[], text: string): { tree: Branch[]; open: number[] } {
  const open: number[] = [];
  const kept = (branch: Branch): Branch | null => {
    const children = branch.children.map(kept).filter((child) => child !== null);
    if (children.length > 0) open.push(branch.agency.id);
    return children.length > 0 || branch.agency.name.includes(text) ? { agency: branch.agency, children } : null;
  };
  return { tree: tree.map(kept).filter((branch) => branch !== null), open };
}

/** An agency and all below it, by id. */
export function below(tree: readonly Branch[], id: number): Set<number> {
  const all = (branch: Branch): number[] => [branch.agency.id, ...branch.children.flatMap(all)];
  const find = (branches: readonly Branch[]): Branch | undefined => {
    for (const branch of branches) {
      const found = branch.agency.id === id ? branch : find(branch.children);
      if (found) return found;
    }
    return undefined;
  };
  const branch = find(tree);
  return new Set(branch ? all(branch) : []);
}
