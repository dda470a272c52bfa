import { useSyncExternalStore } from 'react';

const asked = () => matchMedia('(prefers-reduced-motion: reduce)');

/** Whether the reader's machine asks for stillness, as remote desktops do; follows the setting while the page is open. */
export function useStillness(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = asked();
      query.addEventListener('change', changed);
      return () => query.removeEventListener('change', changed);
    },
    () => asked().matches,
  );
}
