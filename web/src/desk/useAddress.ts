import { useEffect, useRef, useState } from 'react';
import type { Picked } from '../map/controller';
import { isStep } from '../map/share';

const WRITTEN_MS = 200;

/** What an entry of the browser's history holds besides its address: many things at a place, which no address can name. */
interface Held {
  many?: Picked | null;
}

export const heldMany = (): Picked | null => (history.state as Held | null)?.many ?? null;

/**
 * Keeps the page's address as it should be. What is picked or opened is a step, which Back undoes; all else is written into
 * the entry that stands. `onBack` is told after the browser has gone to another entry.
 */
export function useAddress(address: string, many: Picked | null, embed: boolean, onBack: (search: string, many: Picked | null) => void): void {
  // Just come to: what differs from its address then is only written otherwise there.
  const fresh = useRef(true);
  const [turn, setTurn] = useState(0);
  const back = useRef(onBack);
  useEffect(() => {
    back.current = onBack;
  });
  useEffect(() => {
    // Browsers refuse more than some addresses a second: what is dragged is written when it rests.
    const timer = window.setTimeout(() => {
      const step = isStep(location.search, address) || JSON.stringify(many) !== JSON.stringify(heldMany());
      // Within another's page, Back is that page's.
      if (step && !fresh.current && !embed) history.pushState({ many } satisfies Held, '', address);
      else history.replaceState({ many } satisfies Held, '', address);
      fresh.current = false;
    }, WRITTEN_MS);
    return () => window.clearTimeout(timer);
  }, [address, many, embed, turn]);
  useEffect(() => {
    const popped = () => {
      fresh.current = true;
      setTurn((before) => before + 1);
      back.current(location.search, heldMany());
    };
    addEventListener('popstate', popped);
    return () => removeEventListener('popstate', popped);
  }, []);
}
