import { CopyOutlined, DownloadOutlined, ReloadOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { useI18n } from '../../i18n';
import { keep } from '../../kit/downloads';
import { useCopy } from '../../kit/useCopy';
import { clock, useSecondsTo } from '../../kit/useCountdown';
import type { Challenge } from './queries';
import { CHALLENGE_FILE } from './SigningHelp';
import { words } from './words';

interface Props {
  challenge: Challenge;
  busy: boolean;
  onAnother: () => void;
}

/** The challenge, how long it may still be signed, and the ways to take it along. */
export function ChallengeBox({ challenge: { text, until }, busy, onAnother }: Props) {
  const { t } = useI18n(words);
  const copy = useCopy();
  const left = useSecondsTo(until);
  if (left === 0) {
    return (
      <Alert
        role="alert"
        type="info"
        showIcon
        title={t('challengeEnded')}
        action={
          <Button type="primary" size="small" icon={<ReloadOutlined aria-hidden />} loading={busy} onClick={onAnother}>
            {t('challengeAnother')}
          </Button>
        }
      />
    );
  }
  return (
    <div className="challenge">
      <code data-testid="challenge">{text}</code>
      <p className="challenge-left" data-short={left <= 30}>
        {t('challengeLeft', { time: clock(left) })}
      </p>
      <div className="actions">
        {/* No line end is added: what is signed is the text to the letter. */}
        <Button
          icon={<DownloadOutlined aria-hidden />}
          onClick={() => keep(new Blob([text], { type: 'application/octet-stream' }), CHALLENGE_FILE)}
        >
          {t('challengeDownload')}
        </Button>
        <Button icon={<CopyOutlined aria-hidden />} onClick={() => copy(text)}>
          {t('challengeCopy')}
        </Button>
        <Button type="text" icon={<ReloadOutlined aria-hidden />} loading={busy} onClick={onAnother}>
          {t('challengeSwap')}
        </Button>
      </div>
    </div>
  );
}
