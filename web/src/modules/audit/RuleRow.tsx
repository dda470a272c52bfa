import { App, Button, InputNumber, Select, Switch } from 'antd';
import { type ReactNode, useState } from 'react';
import { ProblemError } from '../../api/client';
import { useI18n } from '../../i18n';
import { useSaying } from '../../kit/form/faults';
import { type Rule, type Setting, useSetRule } from './queries';
import { type TextKey, words } from './words';

/** More digits than any bound of the server's. */
const MOST = 999_999;

const settingOf = ({ enabled, threshold, minutes, hour_from, hour_to }: Rule): Setting => ({
  enabled,
  threshold,
  minutes,
  hour_from,
  hour_to,
});

/** One rule, changed where it stands. */
export function RuleRow({ rule }: { rule: Rule }) {
  const { t, time } = useI18n(words);
  const { message } = App.useApp();
  const saying = useSaying();
  const [change, setChange] = useState<Partial<Setting>>({});
  const set = useSetRule(rule.kind, () => {
    setChange({});
    void message.success(t('ruleSaved'));
  });
  const kept = settingOf(rule);
  const setting = { ...kept, ...change };
  const isChanged = (Object.keys(kept) as (keyof Setting)[]).some((name) => setting[name] !== kept[name]);
  const faults = set.error instanceof ProblemError ? set.error.errors : [];
  const put = (part: Partial<Setting>) => setChange((before) => ({ ...before, ...part }));
  const undo = () => {
    setChange({});
    set.reset();
  };
  const name = t(`alert_${rule.kind}`);
  const label = (field: TextKey) => t('ruleField', { rule: name, field: t(field) });
  const fault = (pointer: keyof Setting) => faults.find((known) => known.pointer === `/${pointer}`);
  const figure = (field: 'threshold' | 'minutes', title: TextKey, unit: TextKey) => {
    const wrong = fault(field);
    return (
      <>
        <InputNumber
          aria-label={label(title)}
          aria-invalid={wrong !== undefined}
          status={wrong ? 'error' : undefined}
          precision={0}
          min={0}
          max={MOST}
          suffix={t(unit)}
          value={setting[field]}
          onChange={(value) => put({ [field]: value ?? 0 })}
          onPressEnter={() => isChanged && set.mutate(setting)}
        />
        {wrong && (
          <span role="alert" className="audit-rule-fault">
            {t('ruleRange', { range: wrong.detail })}
          </span>
        )}
      </>
    );
  };
  const hour = (field: 'hour_from' | 'hour_to', title: TextKey) => (
    <Select
      aria-label={label(title)}
      status={fault(field) ? 'error' : undefined}
      value={setting[field]}
      onChange={(value) => put({ [field]: value })}
      options={Array.from({ length: 24 }, (_, value) => ({ value, label: t('ruleHour', { hour: String(value) }) }))}
    />
  );
  return (
    <tr data-testid={`rule-${rule.kind}`} data-off={!setting.enabled}>
      <td>
        <Switch aria-label={label('ruleEnabled')} checked={setting.enabled} onChange={(enabled) => put({ enabled })} />
      </td>
      <td>
        <div className="audit-rule-name">
          <strong>{name}</strong>
          <span className="audit-quiet">
            <Meaning kind={rule.kind} setting={setting} />
          </span>
        </div>
      </td>
      <td data-title={t('ruleThreshold')}>
        {rule.kind !== 'new_address' && figure('threshold', 'ruleThreshold', `unit_${rule.kind}`)}
      </td>
      <td data-title={t('ruleMinutes')}>{figure('minutes', 'ruleMinutes', 'unitMinutes')}</td>
      <td data-title={t('ruleHours')}>
        {rule.kind === 'off_hours' && (
          <div className="audit-rule-hours">
            {hour('hour_from', 'ruleHourFrom')}
            <span aria-hidden>–</span>
            {hour('hour_to', 'ruleHourTo')}
          </div>
        )}
      </td>
      <td data-title={t('ruleSet')} className="audit-quiet">
        {rule.updated_by.startsWith('system:') ? (
          t('ruleUnset')
        ) : (
          <>
            {rule.updated_by}
            <br />
            {time(rule.updated_at)}
          </>
        )}
      </td>
      <td>
        <div className="audit-rule-buttons">
          {isChanged && (
            <>
              <Button
                type="primary"
                loading={set.isPending}
                aria-label={`${t('ruleSave')} ${name}`}
                onClick={() => set.mutate(setting)}
              >
                {t('ruleSave')}
              </Button>
              <Button aria-label={`${t('ruleUndo')} ${name}`} onClick={undo}>
                {t('ruleUndo')}
              </Button>
            </>
          )}
        </div>
        {set.error && faults.length === 0 && (
          <span role="alert" className="audit-rule-fault">
            {saying(set.error)}
          </span>
        )}
      </td>
    </tr>
  );
}

/** The rule as a sentence, with the figures as they are being set. */
function Meaning({ kind, setting }: { kind: Rule['kind']; setting: Setting }): ReactNode {
  const { t, number } = useI18n(words);
  if (!setting.enabled) return t('ruleOff');
  if (kind === 'off_hours' && setting.hour_from === setting.hour_to) return t('rule_off_hours_never');
  const { threshold, minutes, hour_from, hour_to } = setting;
  return t(`rule_${kind}`, {
    threshold: number(threshold),
    minutes: number(minutes),
    from: String(hour_from),
    to: String(hour_to),
  });
}
