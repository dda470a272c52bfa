import { Alert, Button, Input } from 'antd';
import { useState, type FormEvent } from 'react';
import { client, ProblemError, take } from '../api/client';
import { useI18n } from '../i18n';

/** Opens a session with a one-time code or a token. */
export function SignIn() {
  const { t } = useI18n();
  const [proof, setProof] = useState('');
  const [problem, setProblem] = useState(new URLSearchParams(location.search).has('expired') ? t('signInExpired') : '');
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const text = proof.trim();
    if (text === '') return;
    setBusy(true);
    try {
      await take(client.POST('/api/session', { body: text.startsWith('ghc_') ? { code: text } : { token: text } }));
      location.assign('/map');
    } catch (error) {
      const refused = error instanceof ProblemError && error.status === 401;
      setProblem(refused ? t('signInExpired') : error instanceof ProblemError ? error.message : t('network'));
      setBusy(false);
    }
  };

  return (
    <main className="signin">
      <form className="signin-card" onSubmit={(event) => void submit(event)}>
        <img src="/favicon.svg" alt="" width={52} height={52} />
        <h1>{t('signInTitle')}</h1>
        <p>{t('signInExplain')}</p>
        {problem !== '' && <Alert type="warning" showIcon title={problem} />}
        <label htmlFor="proof">{t('signInField')}</label>
        <Input.Password id="proof" size="large" autoFocus autoComplete="off" value={proof} onChange={(event) => setProof(event.target.value)} />
        <Button type="primary" size="large" htmlType="submit" loading={busy} block>{t('signInButton')}</Button>
      </form>
    </main>
  );
}
