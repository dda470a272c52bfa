import { RightOutlined } from '@ant-design/icons';
import { Skeleton } from 'antd';
import { type ReactNode, useId } from 'react';
import { Link } from 'react-router';
import { useI18n } from '../i18n';
import classes from './HomeTile.module.css';
import { PanelProblem } from './Problem';

interface Answer {
  isPending: boolean;
  error: Error | null;
  refetch: () => unknown;
}

interface Props {
  title: string;
  /** The list that its figures stand for. */
  to?: string;
  /** What it is drawn from: waits and failures are said in its place. */
  of?: Answer;
  testId?: string;
  children: ReactNode;
}

/** A card of the home page: a few figures, and the way to the list that they stand for. */
export function HomeTile({ title, to, of, testId, children }: Props) {
  const { t } = useI18n();
  const id = useId();
  return (
    <section className={classes['tile']} aria-labelledby={id} data-testid={testId}>
      <header>
        <h2 id={id}>{title}</h2>
        {to && (
          <Link to={to} aria-label={`${t('look')} ${title}`}>
            {t('look')}
            <RightOutlined aria-hidden />
          </Link>
        )}
      </header>
      {of?.error ? (
        <PanelProblem error={of.error} onRetry={() => void of.refetch()} />
      ) : of?.isPending ? (
        <Skeleton active title={false} paragraph={{ rows: 3 }} />
      ) : (
        children
      )}
    </section>
  );
}

/** A figure of a card, that leads to what it counts. */
export function HomeFigure({
  label,
  value,
  note,
  to,
  tone = 'plain',
}: {
  label: string;
  value: string;
  note?: ReactNode;
  to?: string;
  tone?: 'plain' | 'warning' | 'good';
}) {
  const content = (
    <>
      <small>{label}</small>
      <b data-tone={tone}>{value}</b>
      {note != null && <small>{note}</small>}
    </>
  );
  return to ? (
    <Link className={classes['figure']} to={to}>
      {content}
    </Link>
  ) : (
    <div className={classes['figure']}>{content}</div>
  );
}

export const HomeFigures = ({ children }: { children: ReactNode }) => (
  <div className={classes['figures']}>{children}</div>
);

/** Rows of a card, each the way to what it names. */
export const HomeRows = ({ children }: { children: ReactNode }) => <ul className={classes['rows']}>{children}</ul>;

export function HomeRow({
  to,
  title,
  note,
  outside = false,
}: {
  to: string;
  title: ReactNode;
  note?: ReactNode;
  outside?: boolean;
}) {
  const content = (
    <>
      <span>{title}</span>
      {note != null && <small>{note}</small>}
    </>
  );
  return (
    <li>
      {outside ? (
        <a href={to} target="_blank" rel="noreferrer">
          {content}
        </a>
      ) : (
        <Link to={to}>{content}</Link>
      )}
    </li>
  );
}
