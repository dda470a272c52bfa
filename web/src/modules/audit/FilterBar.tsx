import { Button, DatePicker, Input, Select } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n';
import { fromPicker, toPicker } from '../../i18n/clock';
import { DAY_MS, type Filter, usual } from './filter';
import { ACTIONS, actionName, results } from './names';
import { type TextKey, words } from './words';

/** As many as the server takes. */
const MOST_ACTIONS = 40;
const SPANS: [TextKey, number][] = [
  ['auditToday', 1],
  ['auditWeek', 7],
  ['auditMonth', 30],
  ['auditYear', 365],
];
const FIELDS: [keyof Filter & ('actor' | 'object' | 'region' | 'address' | 'text'), TextKey, TextKey?][] = [
  ['actor', 'auditActor', 'auditActorHint'],
  ['object', 'auditObject', 'auditObjectHint'],
  ['region', 'auditRegion'],
  ['address', 'auditAddress'],
  ['text', 'auditText'],
];

/** What is looked for. It is asked for with the button or Enter, not with each letter: an audit is long. */
export function FilterBar({ filter, onFilter }: { filter: Filter; onFilter: (filter: Filter) => void }) {
  const { t } = useI18n(words);
  const [draft, setDraft] = useState(filter);
  const [asked, setAsked] = useState(filter);
  if (JSON.stringify(asked) !== JSON.stringify(filter)) {
    setAsked(filter);
    setDraft(filter);
  }
  const put = (part: Partial<Filter>) => setDraft((before) => ({ ...before, ...part }));
  const now = new Date().toISOString();
  return (
    <form
      className="audit-filter card"
      aria-label={t('auditSearch')}
      onSubmit={(event) => {
        event.preventDefault();
        onFilter(draft);
      }}
    >
      <label className="audit-span">
        <span>{t('auditSpan')}</span>
        <DatePicker.RangePicker
          classNames={{ popup: { root: 'audit-picker' } }}
          showTime={{ format: 'HH:mm' }}
          format="YYYY-MM-DD HH:mm"
          allowEmpty={[false, true]}
          value={[toPicker(draft.from), draft.to ? toPicker(draft.to) : null]}
          presets={SPANS.map(([label, days]) => ({
            label: t(label),
            value: [toPicker(new Date(Date.now() - days * DAY_MS).toISOString()), toPicker(now)],
          }))}
          onChange={(picked) =>
            picked?.[0] && put({ from: fromPicker(picked[0]), to: picked[1] ? fromPicker(picked[1]) : null })
          }
        />
      </label>
      {FIELDS.map(([name, title, hint]) => (
        <label key={name}>
          <span>{t(title)}</span>
          <Input
            allowClear
            maxLength={100}
            value={draft[name]}
            placeholder={hint && t(hint)}
            onChange={({ target }) => put({ [name]: target.value })}
            data-testid={`audit-${name}`}
          />
        </label>
      ))}
      <label>
        <span>{t('auditAction')}</span>
        <Select<string[]>
          mode="multiple"
          allowClear
          maxCount={MOST_ACTIONS}
          maxTagCount="responsive"
          value={draft.action === '' ? [] : draft.action.split(',')}
          placeholder={t('auditAll')}
          onChange={(actions) => put({ action: actions.join(',') })}
          showSearch={{ optionFilterProp: 'title' }}
          aria-label={t('auditAction')}
          options={Object.entries(ACTIONS).map(([group, actions]) => ({
            label: t(`auditGroup_${group as keyof typeof ACTIONS}`),
            options: actions.map((action) => ({
              value: action,
              label: actionName(action, t),
              title: `${actionName(action, t)} ${action}`,
            })),
          }))}
        />
      </label>
      <label>
        <span>{t('auditResult')}</span>
        <Select<Filter['result']>
          value={draft.result}
          onChange={(result) => put({ result })}
          aria-label={t('auditResult')}
          options={[
            { value: '', label: t('auditAll') },
            ...results.map((value) => ({ value, label: t(`result_${value}`) })),
          ]}
        />
      </label>
      <div className="audit-buttons">
        <Button onClick={() => onFilter(usual())}>{t('auditReset')}</Button>
        <Button type="primary" htmlType="submit" data-testid="audit-search">
          {t('auditSearch')}
        </Button>
      </div>
    </form>
  );
}
