import { Popconfirm, Popover, type PopconfirmProps, type PopoverProps } from 'antd';
import { useRef, type ReactNode } from 'react';
import { lost, stops } from './focus';

/** What floats over the page takes the focus when it opens, keeps it from Tab, and gives it back when it closes. */
function useFloating() {
  const inside = useRef<HTMLSpanElement>(null);
  const from = useRef<Element | null>(null);
  const afterOpenChange = (open: boolean) => {
    const float = inside.current?.closest<HTMLElement>('.ant-popover');
    if (open && float) {
      from.current = document.activeElement;
      float.onkeydown = (event) => {
        const all = stops(float);
        const [edge, other] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
        if (event.key !== 'Tab' || document.activeElement !== edge) return;
        event.preventDefault();
        other?.focus();
      };
      stops(float)[0]?.focus({ preventScroll: true });
    } else if (from.current instanceof HTMLElement && (lost() || float?.contains(document.activeElement))) {
      from.current.focus({ preventScroll: true });
    }
  };
  return { afterOpenChange, marked: (text: ReactNode) => <span ref={inside}>{text}</span> };
}

/** A panel that a button opens over the page. */
export function FloatingPanel({ title, ...rest }: Omit<PopoverProps, 'title' | 'trigger'> & { title?: ReactNode }) {
  const { afterOpenChange, marked } = useFloating();
  return <Popover {...rest} trigger="click" title={marked(title)} afterOpenChange={afterOpenChange} />;
}

/** A question before something is done that can't be undone. */
export function Question({ title, ...rest }: Omit<PopconfirmProps, 'title'> & { title: ReactNode }) {
  const { afterOpenChange, marked } = useFloating();
  return <Popconfirm {...rest} title={marked(title)} afterOpenChange={afterOpenChange} />;
}
