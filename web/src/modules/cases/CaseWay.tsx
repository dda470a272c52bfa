import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type ReactNode, useEffect, useMemo } from 'react';
import { useNavigate } from 'react-router';
import { useI18n } from '../../i18n';
import { covered, isWriting } from '../../keys/focus';
import { KeysButton } from '../../kit/KeysButton';
import { beside } from './trail';
import { words } from './words';

/** The keys of a case's page: through the list from which one came; a figure does what stands there at the top. */
export function useCaseKeys(id: number): void {
  const go = useNavigate();
  useEffect(() => {
    const { before, next, address } = beside(id);
    const pressed = (event: KeyboardEvent) => {
      const { target, key } = event;
      if (event.ctrlKey || event.altKey || event.metaKey || covered() || isWriting(target)) return;
      const press = (selector: string) => document.querySelector<HTMLButtonElement>(selector)?.click();
      const letter = key.toLowerCase();
      if (letter === 'j' && next !== null) void go(`/cases/${next}`);
      else if (letter === 'k' && before !== null) void go(`/cases/${before}`);
      else if (letter === 'u') void go(address);
      else if (letter === 'm') press('main [data-testid="more-actions"]');
      else if (/^[1-9]$/.test(key)) {
        const actions = document.querySelectorAll<HTMLButtonElement>('main button[data-action]');
        actions[Number(key) - 1]?.click();
      } else return;
      event.preventDefault();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [id, go]);
}

/** The way through the list from which one came. */
export function CaseWay({ id }: { id: number }) {
  const { t } = useI18n(words);
  const { before, next } = useMemo(() => beside(id), [id]);
  const step = (to: number | null, title: string, icon: ReactNode) => (
    <Button
      icon={icon}
      title={title}
      aria-label={title}
      disabled={to === null}
      {...(to === null ? {} : { href: `/cases/${to}` })}
    />
  );
  return (
    <>
      {step(before, t('caseBefore'), <LeftOutlined aria-hidden />)}
      {step(next, t('caseNext'), <RightOutlined aria-hidden />)}
      <KeysButton page="case" />
    </>
  );
}
