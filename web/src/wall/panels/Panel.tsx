import type { ReactNode } from 'react';

interface Props {
  title: string;
  note?: ReactNode;
  children: ReactNode;
  name: string;
  busy?: boolean;
}

/** A panel of the wall: a heading, what it is about, and room for the rest. */
export function Panel({ title, note, children, name, busy = false }: Props) {
  return (
    <section className={`wall-panel is-${name}`} aria-label={title} aria-busy={busy} data-testid={`panel-${name}`}>
      <header>
        <h2>{title}</h2>
        {note !== undefined && <div className="wall-note">{note}</div>}
      </header>
      <div className="wall-body">{children}</div>
    </section>
  );
}
