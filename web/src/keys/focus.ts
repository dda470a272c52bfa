import { type KeyboardEvent, useEffect, useLayoutEffect, useState } from 'react';

const STOPS = 'a[href], button, input, select, textarea, summary, [tabindex]';
const FLOATING =
  '.ant-popover, .ant-dropdown, .ant-select-dropdown, .ant-picker-dropdown, .ant-modal, .ant-image-preview';
const WRITES = ['INPUT', 'SELECT', 'TEXTAREA'];
/** How far up the page a neighbour is looked for. */
const NEAR = 8;
/** So long what was pressed may be out of use before the focus leaves it. */
const WAITING_MS = 400;

/** What Tab stops at within an element, in order. */
export function stops(within: Element): HTMLElement[] {
  return [...within.querySelectorAll<HTMLElement>(STOPS)].filter(
    (element) =>
      element.tabIndex >= 0 && !element.matches(':disabled') && element.checkVisibility({ visibilityProperty: true }),
  );
}

/** Whether nothing has the focus: what had it is gone. */
export const lost = () => document.activeElement === null || document.activeElement === document.body;

/** Whether a list, a menu, a question or a dialog lies over the page: it has keys of its own. */
export const covered = () => [...document.querySelectorAll(FLOATING)].some((over) => over.checkVisibility());

/** Whether what is pressed is written somewhere. */
export const isWriting = (target: EventTarget | null) =>
  target instanceof HTMLElement && (WRITES.includes(target.tagName) || target.isContentEditable);

/** Gives the focus back to where it was when a dialog or a panel goes away with it. */
export function useReturnFocus(): void {
  const [from] = useState(() => document.activeElement);
  useLayoutEffect(
    () => () => queueMicrotask(() => lost() && from instanceof HTMLElement && from.focus({ preventScroll: true })),
    [from],
  );
}

/** What goes away while it has the focus leaves it to its nearest neighbour, not to the head of the page. */
export function useKeptFocus(): void {
  useEffect(() => {
    let near: { around: Element; at: number }[] = [];
    let last: Element | null = null;
    const took = ({ target }: FocusEvent) => {
      // What floats gives the focus back by itself, to what is remembered here.
      if ((target as Element).closest(FLOATING)) return;
      last = target as Element;
      near = [];
      for (
        let around = last.parentElement;
        around && around !== document.body && near.length < NEAR;
        around = around.parentElement
      )
        near.push({ around, at: stops(around).indexOf(last as HTMLElement) });
    };
    const gone = () => {
      if (!last || (last.isConnected && !last.matches(':disabled'))) return;
      // Who closed it may put the focus somewhere themselves: they come first. And what waits for an answer comes back.
      window.setTimeout(
        () => {
          if (!last || !(lost() || last === document.activeElement)) return;
          if (last.isConnected && !last.matches(':disabled'))
            return (last as HTMLElement).focus({ preventScroll: true });
          for (const { around, at } of near) {
            const left = around.isConnected ? stops(around) : [];
            const next = left[Math.min(at, left.length - 1)];
            if (next) return next.focus({ preventScroll: true });
          }
        },
        last.isConnected ? WAITING_MS : 0,
      );
    };
    const observer = new MutationObserver(gone);
    observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] });
    addEventListener('focusin', took);
    return () => {
      observer.disconnect();
      removeEventListener('focusin', took);
    };
  }, []);
}

/** F6 goes on to the next area of the page, with Shift to the one before. */
export function useAreas(areas: string): void {
  useEffect(() => {
    const pressed = (event: globalThis.KeyboardEvent) => {
      if (event.key !== 'F6' || event.ctrlKey || event.altKey || event.metaKey || covered()) return;
      event.preventDefault();
      const all = [...document.querySelectorAll(areas)].filter((area) => stops(area).length > 0);
      const at = all.findLastIndex((area) => area.contains(document.activeElement));
      const next = all.at(event.shiftKey ? Math.max(at, 0) - 1 : (at + 1) % all.length);
      if (next) stops(next)[0]?.focus();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [areas]);
}

/** Arrow keys go along the buttons of a row or a column, Home and End to its ends; the button that has the focus then, if they did. */
export function along(event: KeyboardEvent<HTMLElement>): HTMLElement | null {
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('button:not(:disabled)')];
  const at = all.indexOf(event.target as HTMLElement);
  const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (at === -1 || to === undefined || event.altKey || event.ctrlKey || event.metaKey) return null;
  event.preventDefault();
  const next = all.at(to % all.length) ?? null;
  next?.focus();
  return next;
}
