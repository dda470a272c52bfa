import { useCallback, useState } from 'react';
import { declared } from '../../../api/declared';
import type { Stack } from '../../../map/stack';
import type { Shared } from '../address/share';

/** What would cover everything else waits until somebody asks for it. */
const hiddenAtFirst = () =>
  declared()
    .layers.filter(({ shown_at_first }) => !shown_at_first)
    .map(({ name }) => name);

/** Which layers are shown, and how they lie on each other. */
export interface LayerStack {
  hidden: Set<string>;
  stack: Stack;
  setHidden: (hidden: Set<string>) => void;
  setStack: (stack: Stack) => void;
  show: (names: readonly string[], on: boolean) => void;
}

export function useLayerStack(address: Shared): LayerStack {
  const [hidden, setHidden] = useState<Set<string>>(address.hidden ?? new Set(hiddenAtFirst()));
  const [stack, setStack] = useState<Stack>(address.stack);
  const show = useCallback(
    (names: readonly string[], on: boolean) =>
      setHidden((before) =>
        on ? new Set([...before].filter((name) => !names.includes(name))) : new Set([...before, ...names]),
      ),
    [],
  );
  return { hidden, stack, setHidden, setStack, show };
}
