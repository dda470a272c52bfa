import './keys.css';
import { type ReactNode, useEffect, useState } from 'react';
import { useI18n } from '../i18n';
import { Part } from '../kit/part/Boundary';
import { lazily } from '../kit/part/lazily';
import { covered, isWriting } from './focus';
import type { PageKeys } from './list';

const KeysDialog = lazily(() => import('./KeysDialog'));

/** The list of a page's keys: opened by a question mark, or by the button that is given. */
export function Keys({ page, button }: { page: PageKeys; button: (label: string, open: () => void) => ReactNode }) {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== '?' || event.ctrlKey || event.altKey || event.metaKey || covered()) return;
      if (isWriting(event.target)) return;
      setOpen(true);
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
  return (
    <>
      {button(t('keys'), () => setOpen(true))}
      {open && (
        <Part of="float" onClose={() => setOpen(false)}>
          <KeysDialog page={page} onClose={() => setOpen(false)} />
        </Part>
      )}
    </>
  );
}
