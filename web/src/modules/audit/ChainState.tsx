import { Alert, Button, Descriptions } from 'antd';
import { useEffect, useState } from 'react';
import { useI18n } from '../../i18n';
import { PanelProblem } from '../../kit/Problem';
import { useChain, useCheckChain } from './queries';
import { words } from './words';

/** So often one looks whether a check is done. */
const LOOK_MS = 2_000;

/** How the chain of seals stands, and whether it held when it was last checked. */
export function ChainState() {
  const { t, time, number } = useI18n(words);
  const chain = useChain();
  if (chain.error) return <PanelProblem error={chain.error} onRetry={() => void chain.refetch()} />;
  if (!chain.data) return null;
  const { last, unsealed, archived, check } = chain.data;
  const faults = check?.faults ?? 0;
  const checked =
    check &&
    [
      time(check.at),
      t('chainChecked', { n: number(check.entries) }),
      t(check.by_server ? 'chainByServer' : 'chainByConsole'),
    ].join(' · ');
  const state = check ? (faults === 0 ? t('chainIntact') : t('chainBroken', { n: number(faults) })) : t('chainNever');
  const items = [
    ...(last
      ? [
          { key: 'at', label: t('chainLast'), children: time(last.sealed_at) },
          { key: 'number', label: t('chainNumber'), children: number(last.number) },
          { key: 'up', label: t('chainUpTo'), children: number(last.last_id) },
        ]
      : [{ key: 'none', label: t('chainLast'), children: t('chainNone') }]),
    { key: 'unsealed', label: t('chainUnsealed'), children: number(unsealed) },
    { key: 'archived', label: t('chainArchived'), children: number(archived) },
    ...(last
      ? [{ key: 'head', label: t('chainHead'), children: <code className="audit-head-hash">{last.head}</code> }]
      : []),
  ];
  return (
    <section className="card audit-chain" aria-label={t('auditChain')} data-testid="audit-chain">
      <Alert
        type={check ? (faults === 0 ? 'success' : 'error') : 'info'}
        showIcon
        title={state}
        description={checked ?? undefined}
        action={<CheckNow last={check?.at ?? null} />}
      />
      <Descriptions column={{ xs: 1, md: 2, xl: 3 }} items={items} />
    </section>
  );
}

/** Has the chain computed anew, and waits until that is done. */
function CheckNow({ last }: { last: string | null }) {
  const { t } = useI18n(words);
  const checking = useCheckChain();
  const [asked, setAsked] = useState<{ before: string | null } | null>(null);
  const isDone = asked !== null && asked.before !== last;
  const isUnderWay = asked !== null && !isDone;
  const { refetch } = useChain();
  useEffect(() => {
    if (!isUnderWay) return undefined;
    const timer = window.setInterval(() => void refetch(), LOOK_MS);
    return () => window.clearInterval(timer);
  }, [isUnderWay, refetch]);
  return (
    <>
      <Button
        loading={checking.isPending || isUnderWay}
        onClick={() => checking.mutate(undefined, { onSuccess: () => setAsked({ before: last }) })}
        data-testid="check-chain"
      >
        {t(isUnderWay ? 'chainChecking' : 'chainCheckNow')}
      </Button>
      {checking.error && <PanelProblem error={checking.error} onRetry={() => checking.reset()} />}
    </>
  );
}
