import { Alert, Button } from 'antd';
import { ProblemError } from '../api/client';
import { useI18n } from '../i18n';

/** Answers of the server that are the same each time that the same is asked. */
const LASTING = [400, 413, 415, 422];

/** Whether what failed may go well the next time. */
export const mayPass = (error: Error) => !(error instanceof ProblemError && LASTING.includes(error.status));

/** Something that didn't work, over the map; nothing else stops for it. */
export function Problem({ text, onClose }: { text: string; onClose: () => void }) {
  const { t } = useI18n();
  return (
    <div className="problem" role="alert">
      <Alert
        type="warning"
        showIcon
        title={t('problem')}
        description={text}
        closable={{ onClose, 'aria-label': t('close') }}
      />
    </div>
  );
}

/** The same in a panel, with a way to try again where the answer may be another then. */
export function PanelProblem({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useI18n();
  const text = error instanceof ProblemError ? error.message : t('network');
  return (
    <Alert
      type="warning"
      showIcon
      title={text}
      action={
        mayPass(error) && (
          <Button size="small" onClick={onRetry}>
            {t('retry')}
          </Button>
        )
      }
    />
  );
}
