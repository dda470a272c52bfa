import { DatePicker, Form, Input, InputNumber, Rate, Select } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { client, done } from '../../api/client';
import { useCodes } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { FileField } from '../../kit/files/FileField';
import { useFilesSent } from '../../kit/files/useFilesSent';
import { FormDialog } from '../../kit/form/FormDialog';
import { type ActionField, formOf, reasonsOf } from './actionForm';
import { useCaseNames } from './names';
import { PlaceField } from './PlaceField';
import { type CaseAction, type CaseRecord, useAlike, useCandidates, useCaseChanged } from './queries';
import { type TextKey, words } from './words';

interface Filled {
  note?: string;
  reason?: string;
  main?: number;
  level?: string;
  severity?: string;
  unit?: number;
  helpers?: number[];
  below?: number;
  colleague?: number;
  checker?: number;
  hours?: number;
  review_on?: Dayjs;
  run_at?: string;
  rating?: number;
  place?: [number, number];
  files?: string[];
}

interface Props {
  of: CaseRecord;
  action: CaseAction;
  /** Likely duplicates were looked at: they stand beside the dialog. */
  hasSeenAlike: boolean;
  /** Filled in before the reader fills in more. */
  filled?: Filled;
  onClose: () => void;
}

/** Asks for what an action needs, and takes it. */
export function ActionDialog({ of, action, hasSeenAlike, filled, onClose }: Props) {
  const { t } = useI18n(words);
  const changed = useCaseChanged(of.id);
  const filesSent = useFilesSent();
  const { fields, needed } = formOf(action.form);
  // What was seen as the dialog opened is what is decided by; a try that got no answer is sent again under the same key.
  const [{ key, version }] = useState(() => ({ key: crypto.randomUUID(), version: of.flow?.version }));
  const start: Filled = {
    ...(fields.includes('level') ? { level: '1', severity: of.severity } : {}),
    ...(fields.includes('unit') && of.suggested ? { unit: of.suggested.id } : {}),
    ...(fields.includes('place') ? { place: [of.lon, of.lat] } : {}),
    ...filled,
  };
  return (
    <FormDialog<Filled>
      name="case-action"
      title={action.title}
      okText={action.title}
      isFirm={needed.includes('note')}
      initialValues={start}
      testId="case-action"
      onSubmit={async (said) => {
        await done(
          client.POST('/api/cases/{id}/actions/{action}', {
            params: { path: { id: of.id, action: action.action }, header: { 'idempotency-key': key } },
            body: draftOf(said, version, action.form === 'accept' && hasSeenAlike) as never,
          }),
        );
        return t('actionDone', { action: action.title });
      }}
      onSettled={changed}
      onClose={onClose}
    >
      {action.form === 'accept' && <p className="hint-text">{t('acceptHint')}</p>}
      {fields.map((field) => (
        <Form.Item
          key={field}
          name={field}
          label={t(`field_${field}` as TextKey)}
          rules={
            field === 'files'
              ? [filesSent]
              : needed.includes(field)
                ? [{ required: true, message: t('fieldNeeded') }]
                : []
          }
        >
          <Field field={field} of={of} action={action.action} />
        </Form.Item>
      ))}
    </FormDialog>
  );
}

/** What was filled in, as the server takes it: nothing of it is sent that wasn't. */
function draftOf(said: Filled, version: number | undefined, hasSeenAlike: boolean): Record<string, unknown> {
  const { level, severity, below, colleague, checker, review_on, ...same } = said;
  const account = colleague ?? checker;
  const draft: Record<string, unknown> = {
    ...same,
    version,
    ...(level ? { level: Number(level) } : {}),
    ...(severity ? { severity: Number(severity) } : {}),
    ...(below ? { unit: below } : {}),
    ...(account ? { account } : {}),
    ...(review_on ? { review_on: review_on.format('YYYY-MM-DD') } : {}),
    ...(hasSeenAlike ? { duplicates_seen: true } : {}),
  };
  return Object.fromEntries(
    Object.entries(draft).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  );
}

/** How one field is filled in. The form gives it its value. */
function Field({ field, of, action, ...rest }: { field: ActionField; of: CaseRecord; action: string }) {
  const { t } = useI18n(words);
  const names = useCaseNames();
  const codes = useCodes().data?.get('case_reason');
  const candidates = useCandidates(of.id, ['unit', 'helpers', 'below', 'colleague', 'checker'].includes(field)).data;
  const units = (list: NonNullable<typeof candidates>['units']) =>
    list.map(({ id, name, open }) => ({ value: id, label: t('unitLoad', { name, n: String(open) }) }));
  const people = (list: NonNullable<typeof candidates>['checkers']) =>
    list.map(({ account, name, post }) => ({ value: account, label: post ? `${name}（${post}）` : name }));
  const search = { showSearch: { optionFilterProp: 'label' }, allowClear: true } as const;
  switch (field) {
    case 'note':
      return <Input.TextArea rows={4} maxLength={2000} showCount {...rest} />;
    case 'reason': {
      const group = reasonsOf(action);
      const allowed = new Set(
        [...(codes?.values() ?? [])].filter((one) => one.group === group).map(({ code }) => code),
      );
      return (
        <Select allowClear options={names.options('case_reason').filter(({ value }) => allowed.has(value))} {...rest} />
      );
    }
    case 'main':
      return <MainCase of={of} {...rest} />;
    case 'level':
      return <Select options={names.options('case_level')} {...rest} />;
    case 'severity':
      return <Select options={names.options('case_urgency')} {...rest} />;
    case 'unit':
      return <Select {...search} options={units(candidates?.units ?? [])} {...rest} />;
    case 'helpers':
      return <Select {...search} mode="multiple" maxCount={12} options={units(candidates?.units ?? [])} {...rest} />;
    case 'below':
      return <Select {...search} options={units(candidates?.below ?? [])} {...rest} />;
    case 'colleague':
      return <Select {...search} options={people(candidates?.colleagues ?? [])} {...rest} />;
    case 'checker':
      return <Select {...search} options={people(candidates?.checkers ?? [])} {...rest} />;
    case 'hours':
      return <InputNumber min={1} max={2000} precision={0} suffix={t('hoursUnit')} {...rest} />;
    case 'review_on':
      return <DatePicker {...rest} />;
    case 'run_at':
      return (
        <Select
          options={(['community', 'street', 'county', 'city'] as const).map((value) => ({
            value,
            label: t(`runAt_${value}`),
          }))}
          {...rest}
        />
      );
    case 'rating':
      return <Rate {...rest} />;
    case 'place':
      return <PlaceField {...rest} />;
    case 'files':
      return <FileField {...rest} />;
  }
}

/** The case of which this one is a part: one of those that are alike. */
function MainCase({ of, ...rest }: { of: CaseRecord }) {
  const { t } = useI18n(words);
  const alike = useAlikeOptions(of.id);
  return <Select options={alike} notFoundContent={t('alikeNone')} {...rest} />;
}

function useAlikeOptions(id: number) {
  return (useAlike(id, true).data ?? []).map(({ id: value, number, title }) => ({
    value,
    label: `${number} ${title}`,
  }));
}
