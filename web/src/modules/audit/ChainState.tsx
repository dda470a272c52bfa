import { Alert, Button, Descriptions } from 'antd';
import { useI18n } from '../../i18n';
import { PanelProblem } from '../../kit/Problem';
import { useChain, useCheckChain } from './queries';
import { words } from './words';

/** How the chain of seals stands, and whether it held when it was last checked. */
export function ChainState() {
  const { t, time, number } = useI18n(words);
  const chain = useChain();
  if (chain.error) return <PanelProblem error={chain.error} onRetry={() => void chain.refetch()} />;
  if (!chain.data) return null;
  const { last, unsealed, archived, check, asked, may_ask } = chain.data;
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
        {...(may_ask ? { action: <CheckNow asked={asked} /> } : {})}
      />
      <Descriptions column={{ xs: 1, md: 2, xl: 3 }} items={items} />
    </section>
  );
}

/** Has the chain computed anew, and says what has become of that. */
function CheckNow({ asked }: { asked: 'done' | 'under_way' | 'failed' }) {
  const { t } = useI18n(words);
  const checking = useCheckChain();
  return (
    <>
      <Button
        loading={checking.isPending || asked === 'under_way'}
        onClick={() => checking.mutate()}
        data-testid="check-chain"
      >
        {t(asked === 'under_way' ? 'chainChecking' : 'chainCheckNow')}
      </Button>
      {asked === 'failed' && <p className="hint-text">{t('chainCheckFailed')}</p>}
      {checking.error && <PanelProblem error={checking.error} onRetry={() => checking.reset()} />}
    </>
  );
}
