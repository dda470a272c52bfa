import { useModules } from '../kit/module';

/** Where a link leads: to the page as one left it, where a module remembers that. */
export function useWay(): (path: string) => string {
  const modules = useModules();
  return (path) => modules.map(({ addressLeft }) => addressLeft?.(path)).find((address) => address != null) ?? path;
}
