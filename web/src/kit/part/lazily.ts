import { type ComponentProps, type ComponentType, createElement, type FunctionComponent, use } from 'react';
import { fetchPart } from './fetching';

/** Forgets every part that failed, so that it is fetched again when it is next drawn. */
const forgetters = new Set<() => void>();
export function forgetFailures(): void {
  for (const forget of forgetters) forget();
  forgetters.clear();
}

/** A component that is fetched when it is first drawn. Unlike React's own `lazy` it can be tried again after a failure (see `Boundary`). */
// biome-ignore lint/suspicious/noExplicitAny: a component of any properties; React's own types say it so
export function lazily<Body extends ComponentType<any>>(
  load: () => Promise<{ default: Body }>,
): FunctionComponent<ComponentProps<Body>> {
  let part: Promise<Body> | null = null;
  const fetched = () => {
    const coming = fetchPart(load).then((module) => module.default);
    // The failure is kept until somebody tries again: each drawing would otherwise ask anew, for ever.
    coming.catch(() =>
      forgetters.add(() => {
        part = null;
      }),
    );
    return coming;
  };
  return function Lazy(props: ComponentProps<Body>) {
    return createElement(use((part ??= fetched())) as ComponentType<ComponentProps<Body>>, props);
  };
}
