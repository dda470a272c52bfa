import { Dropdown, type DropdownProps, Popconfirm, type PopconfirmProps, Popover, type PopoverProps } from 'antd';
import { type ReactNode, useEffect, useRef } from 'react';
import { lost, stops } from './focus';

/** What floats over the page takes the focus when it opens, keeps it from Tab, and gives it back when it is gone. */
function Inside({ of, children }: { of: string; children: ReactNode }) {
  const inside = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const float = inside.current?.closest<HTMLElement>(of);
    if (!float) return undefined;
    const from = document.activeElement;
    let frame = 0;
    // It is laid out unseen before it can be gone into.
    const enter = () => {
      const first = stops(float)[0];
      if (first)
        (float.querySelector<HTMLElement>('[role="menuitem"]:not([aria-disabled="true"])') ?? first).focus({
          preventScroll: true,
        });
      else frame = requestAnimationFrame(enter);
    };
    const stay = (event: KeyboardEvent) => {
      const all = stops(float);
      const [edge, other] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
      if (event.key !== 'Tab' || document.activeElement !== edge) return;
      event.preventDefault();
      other?.focus();
    };
    enter();
    float.addEventListener('keydown', stay);
    return () => {
      cancelAnimationFrame(frame);
      float.removeEventListener('keydown', stay);
      queueMicrotask(
        () =>
          (lost() || float.contains(document.activeElement)) &&
          from instanceof HTMLElement &&
          from.focus({ preventScroll: true }),
      );
    };
  }, [of]);
  return <span ref={inside}>{children}</span>;
}

/** A panel that a button opens over the page. */
export function FloatingPanel({
  content,
  ...rest
}: Omit<PopoverProps, 'content' | 'trigger'> & { content: ReactNode }) {
  return <Popover {...rest} trigger="click" destroyOnHidden content={<Inside of=".ant-popover">{content}</Inside>} />;
}

/** A question before something is done that can't be undone. */
export function Question({ title, ...rest }: Omit<PopconfirmProps, 'title'> & { title: ReactNode }) {
  return <Popconfirm {...rest} destroyOnHidden title={<Inside of=".ant-popover">{title}</Inside>} />;
}

/** A menu that a button opens; its arrow keys are at hand at once. */
export function Menu(props: Omit<DropdownProps, 'trigger'>) {
  return (
    <Dropdown
      {...props}
      trigger={['click']}
      destroyOnHidden
      popupRender={(menu) => <Inside of=".ant-dropdown">{menu}</Inside>}
    />
  );
}
