import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { Picked } from '../../map/controller';
import { isStep, lookingFrom } from './address/share';
import { keepAddress } from './lastAddress';

const WRITTEN_MS = 200;
const PATH = '/map';

/** What an entry of the browser's history holds besides its address: many things at a place, which no address can name, and who saw them. */
interface Held {
  many?: Picked | null;
  reader?: string;
}

/** Many at a place are others for another reader. */
export function heldMany(reader: string): Picked | null {
  const held = history.state as Held | null;
  return held?.reader === reader ? (held.many ?? null) : null;
}

interface Kept {
  /** As it should be. */
  address: string;
  /** What is picked, if no address can name it. */
  many: Picked | null;
  /** Who looks. */
  reader: string;
  /** Within another's page, Back is that page's. */
  embed: boolean;
  /** Whether what changes next is no step, such as a width that is being typed. */
  quiet: RefObject<boolean>;
  /** Changes when the page is sent to another address of its own, which is a step that has been taken. */
  step: string | null;
  /** Told after the browser has gone to another entry. */
  onBack: (search: string, many: Picked | null) => void;
}

/**
 * Keeps the page's address as it should be. What is picked or opened is a step, which Back undoes; all else is written into
 * the entry that stands.
 */
export function useAddress({ address, many, reader, embed, quiet, step, onBack }: Kept): void {
  // Just come to: what differs from its address then is only written otherwise there.
  const fresh = useRef(true);
  const [turn, setTurn] = useState(0);
  const back = useRef(onBack);
  useEffect(() => {
    back.current = onBack;
  });
  const stepped = useRef(-Infinity);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a turn writes the address anew
  useEffect(() => {
    const held: Held = many ? { many, reader } : {};
    const isNew = isStep(location.search, address) || JSON.stringify(many) !== JSON.stringify(heldMany(reader));
    if (isNew && !fresh.current && !quiet.current && !embed) {
      // At once: who goes somewhere from here may be there before a timer ends, and Back is to lead to where they set out.
      if (performance.now() - stepped.current < WRITTEN_MS) history.replaceState(held, '', address);
      else {
        history.replaceState(history.state, '', lookingFrom(location.pathname + location.search, address));
        history.pushState(held, '', address);
      }
      stepped.current = performance.now();
      return undefined;
    }
    // Browsers refuse more than some addresses a second: what is dragged is written when it rests.
    const timer = window.setTimeout(() => {
      history.replaceState(held, '', address);
      fresh.current = false;
      quiet.current = false;
    }, WRITTEN_MS);
    return () => window.clearTimeout(timer);
  }, [address, many, reader, embed, quiet, turn]);
  useEffect(() => keepAddress(address), [address]);
  const go = useCallback(() => {
    fresh.current = true;
    setTurn((before) => before + 1);
    back.current(location.search, heldMany(reader));
  }, [reader]);
  useEffect(() => {
    // Another page's entry is no matter of this one.
    const popped = () => location.pathname === PATH && go();
    addEventListener('popstate', popped);
    return () => removeEventListener('popstate', popped);
  }, [go]);
  const [taken, take] = useState(step);
  useEffect(() => {
    if (step === null || step === taken) return;
    take(step);
    go();
  }, [step, taken, go]);
}
