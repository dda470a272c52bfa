import type { ReactNode } from 'react';
import { useI18n } from '../../i18n';
import { type TextKey, words } from './words';

/** A part of a chapter, with its heading. */
export function Block({ title, children }: { title: TextKey; children: ReactNode }) {
  const { t } = useI18n(words);
  return (
    <div className="design-block">
      <h3>{t(title)}</h3>
      {children}
    </div>
  );
}
