import './parts.css';
import { Alert, Button, Result } from 'antd';
import { Component, type ReactNode, Suspense, useEffect, useState } from 'react';
import { type SharedKey, useI18n } from '../../i18n';
import { hasNewerRelease, PartMissing } from './fetching';
import { forgetFailures } from './lazily';

/** A page has the whole window for what it says, a panel a few lines; what floats stands over the page. */
type Place = 'page' | 'panel' | 'float';

interface Props {
  of: Place;
  /** Nobody sits before it: it loads itself anew once the server answers. */
  unattended?: boolean;
  /** What floats can be put away. */
  onClose?: (() => void) | undefined;
  children: ReactNode;
}

/** Keeps what fails within it from taking the rest of the page along, and offers to try again. */
export class Boundary extends Component<Props, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  private readonly again = () => {
    forgetFailures();
    this.setState({ error: null });
  };

  override render(): ReactNode {
    const { children, ...place } = this.props;
    const { error } = this.state;
    return error ? <Failure error={error} {...place} onRetry={this.again} /> : children;
  }
}

/** What is fetched when it is first drawn: something in its place until it is there, and a way to try again when it does not come. */
export function Part({
  of = 'panel',
  waiting = null,
  onClose,
  children,
}: {
  of?: Place;
  waiting?: ReactNode;
  onClose?: () => void;
  children: ReactNode;
}) {
  return (
    <Boundary of={of} onClose={onClose}>
      <Suspense fallback={waiting}>{children}</Suspense>
    </Boundary>
  );
}

/** Long enough that a fault which comes again at once does not load the page in a circle. */
const AGAIN_MS = 15_000;

/** Says what failed and offers to try again, or to load the page anew where the server has a newer release. */
export function Failure({
  error,
  of,
  unattended = false,
  onRetry,
  onClose,
}: Omit<Props, 'children'> & { error: Error; onRetry: () => void }) {
  const { t } = useI18n();
  const isMissing = error instanceof PartMissing;
  const [newer, setNewer] = useState(false);
  useEffect(() => {
    let wanted = true;
    const look = () =>
      hasNewerRelease().then((found) => {
        if (wanted) setNewer(found === true);
        return found;
      });
    if (isMissing) void look();
    // A page that is loaded while the server is away would be the browser's own error page, which stays.
    const timer = unattended
      ? window.setInterval(() => void look().then((found) => wanted && found !== null && location.reload()), AGAIN_MS)
      : undefined;
    return () => {
      wanted = false;
      window.clearInterval(timer);
    };
  }, [isMissing, unattended]);
  const title: SharedKey = newer ? 'partNewer' : isMissing ? 'partMissing' : 'partBroken';
  const text: SharedKey = unattended
    ? 'partAlone'
    : newer
      ? 'partNewerText'
      : isMissing
        ? 'partMissingText'
        : 'partBrokenText';
  const size = of === 'page' ? 'middle' : 'small';
  const reload = (
    <Button
      key="reload"
      type={newer ? 'primary' : 'default'}
      size={size}
      onClick={() => location.reload()}
      data-testid="part-reload"
    >
      {t('partReload')}
    </Button>
  );
  const retry = (
    <Button key="retry" type="primary" size={size} onClick={onRetry} data-testid="part-retry">
      {t('retry')}
    </Button>
  );
  const actions = newer ? [reload] : [retry, reload];
  if (of === 'page')
    return (
      <main className="part-failed" role="alert">
        <Result status={newer ? 'info' : 'warning'} title={t(title)} subTitle={t(text)} extra={actions} />
      </main>
    );
  return (
    <div className={of === 'float' ? 'part-failed float' : 'part-failed'} role="alert">
      <Alert
        type={newer ? 'info' : 'warning'}
        showIcon
        title={t(title)}
        description={
          <>
            <p>{t(text)}</p>
            <div className="part-actions">{actions}</div>
          </>
        }
        {...(onClose ? { closable: { onClose, 'aria-label': t('close') } } : {})}
      />
    </div>
  );
}
