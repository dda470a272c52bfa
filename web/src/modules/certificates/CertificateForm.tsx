import './certificates.css';
import { Alert, Button, Collapse, Skeleton } from 'antd';
import { type SyntheticEvent, useState } from 'react';
import { client, ProblemError, take } from '../../api/client';
import { useI18n } from '../../i18n';
import { useSaying } from '../../kit/form/faults';
import { PanelProblem } from '../../kit/Problem';
import { clock, useCountdown } from '../../kit/useCountdown';
import { useGoOn } from '../../kit/useGoOn';
import { BrowserSignIn } from './BrowserSignIn';
import { ChallengeBox } from './ChallengeBox';
import { shown } from './names';
import { useChallenge } from './queries';
import { type Brought, nothing, SignatureInput } from './SignatureInput';
import { SigningHelp } from './SigningHelp';
import { words } from './words';

/** An answer that comes at once shows no waiting: the sign of it would stay behind. */
const PATIENCE = { delay: 200 };

/** Signs in by certificate: by one that the browser has, or else by hand. */
export function CertificateForm() {
  const { t } = useI18n(words);
  return (
    <div className="by-certificate">
      <BrowserSignIn />
      {/* A challenge has little time: it is taken when somebody wants to sign it. */}
      <Collapse
        ghost
        items={[{ key: 'manual', label: t('otherWays'), children: <ManualSigning /> }]}
        data-testid="other-ways"
      />
    </div>
  );
}

/** A challenge is taken away, signed with the certificate's key, and the signature brought back. */
function ManualSigning() {
  const { t } = useI18n(words);
  const saying = useSaying();
  const goOn = useGoOn();
  const challenge = useChallenge();
  const [brought, bring] = useState<Brought>(nothing);
  const [problem, setProblem] = useState('');
  const [isRefused, setRefused] = useState(false);
  const [busy, setBusy] = useState(false);
  const [left, wait] = useCountdown();

  const another = () => {
    bring(({ certificate }) => ({ ...nothing, certificate }));
    void challenge.refetch();
  };
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    const { signature, certificate } = brought;
    if (!challenge.data || busy || left > 0) return;
    if (!signature) return setProblem(t('signatureNeeded'));
    if (signature.kind === 'raw' && !certificate) return setProblem(t('signerNeeded'));
    setBusy(true);
    setProblem('');
    setRefused(false);
    try {
      goOn(
        await take(
          client.POST('/api/session/certificate', {
            body: {
              challenge: challenge.data.text,
              signature: signature.base64,
              form: signature.kind,
              certificates: certificate ? [certificate.pem] : [],
            },
          }),
        ),
      );
    } catch (error) {
      setBusy(false);
      if (error instanceof ProblemError && error.kind === 'too-many') return wait(error.retryAfter || 30);
      // A refusal names the certificate's subject, and that may hold an identity number.
      setProblem(shown(saying(error)));
      // Once it was looked at, a challenge is used up.
      if (error instanceof ProblemError) {
        setRefused(true);
        another();
      }
    }
    return undefined;
  };

  if (challenge.error) return <PanelProblem error={challenge.error} onRetry={() => void challenge.refetch()} />;
  if (!challenge.data) return <Skeleton active />;
  return (
    <form className="certificate-form" aria-label={t('signInByCertificate')} onSubmit={(event) => void submit(event)}>
      <p className="hint-text">{t('otherWaysHint')}</p>
      {problem !== '' && (
        <Alert
          role="alert"
          type="warning"
          showIcon
          title={
            <>
              {problem}
              {isRefused && <small>{t('challengeRenewed')}</small>}
            </>
          }
        />
      )}
      {left > 0 && <Alert role="alert" type="warning" showIcon title={t('signInWait', { time: clock(left) })} />}
      <ol className="steps">
        <li>
          <h2>{t('challengeStep')}</h2>
          <ChallengeBox challenge={challenge.data} busy={challenge.isFetching} onAnother={another} />
        </li>
        <li>
          <h2>{t('signStep')}</h2>
          <SigningHelp />
        </li>
        <li>
          <h2>{t('bringStep')}</h2>
          <SignatureInput brought={brought} onBring={bring} />
        </li>
      </ol>
      <Button type="primary" size="large" htmlType="submit" loading={busy && PATIENCE} disabled={left > 0} block>
        {t('signInButton')}
      </Button>
    </form>
  );
}
