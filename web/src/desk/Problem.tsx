import { Alert, Button } from 'antd';
import { ProblemError } from '../api/client';
import { useI18n } from '../i18n';

/** Something that didn't work, over the map; nothing else stops for it. */
export function Problem({ text, onClose }: { text: string; onClose: () => void }) {
  const { t } = useI18n();
  return (
    <div className="problem" role="alert">
      <Alert type="warning" showIcon title={t('problem')} description={text} closable={{ onClose, 'aria-label': t('close') }} />
    </div>
  );
}

/** The same in a panel, with a way to try again. */
export function PanelProblem({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useI18n();
  const text = error instanceof ProblemError ? error.message : t('network');
  return <Alert type="warning" showIcon title={text} action={<Button size="small" onClick={onRetry}>{t('retry')}</Button>} />;
}
