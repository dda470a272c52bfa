import { useI18n } from '../../i18n';
import { PanelProblem } from '../../kit/Problem';
import { useRules } from './queries';
import { RuleRow } from './RuleRow';
import { words } from './words';

/** What counts as unusual, to be set by the audit administrator. */
export function Rules() {
  const { t } = useI18n(words);
  const rules = useRules();
  return (
    <section className="card audit-rules" aria-label={t('auditRules')}>
      <p className="audit-quiet">{t('rulesExplain')}</p>
      {rules.error && <PanelProblem error={rules.error} onRetry={() => void rules.refetch()} />}
      {rules.data && (
        <table>
          <thead>
            <tr>
              {(['ruleEnabled', 'ruleName', 'ruleThreshold', 'ruleMinutes', 'ruleHours', 'ruleSet'] as const).map(
                (title) => (
                  <th key={title} scope="col">
                    {t(title)}
                  </th>
                ),
              )}
              <td />
            </tr>
          </thead>
          <tbody>
            {rules.data.map((rule) => (
              <RuleRow key={rule.kind} rule={rule} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
