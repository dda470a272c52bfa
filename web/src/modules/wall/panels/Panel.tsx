import type { ReactNode } from 'react';
import { useI18n } from '../../../i18n';
import { type TextKey, words } from '../words';

interface Props {
  title: string;
  note?: ReactNode;
  children: ReactNode;
  name: string;
  busy?: boolean;
  /** What stands in place of figures that are not there: a panel without a sentence leaves its reader guessing. */
  missing?: TextKey | undefined;
}

/** A panel of the wall: a heading, what it is about, and room for the rest. */
export function Panel({ title, note, children, name, busy = false, missing }: Props) {
  const { t } = useI18n(words);
  return (
    <section className={`wall-panel is-${name}`} aria-label={title} aria-busy={busy} data-testid={`panel-${name}`}>
      <header>
        <h2>{title}</h2>
        {note !== undefined && <div className="wall-note">{note}</div>}
      </header>
      <div className="wall-body">{missing ? <p className="wall-empty">{t(missing)}</p> : children}</div>
    </section>
  );
}

/** What is said while an answer is awaited, and when it can't be had. */
export const missingOf = (query: { data: unknown; error: unknown }): TextKey | undefined =>
  query.data !== undefined ? undefined : query.error ? 'wallUnavailable' : 'wallLoading';
