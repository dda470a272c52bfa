import { DatePicker, Input, Select, Tag } from 'antd';
import { useEffect, useEffectEvent, useState } from 'react';
import { useI18n } from '../../i18n';
import { fromPicker, toPicker } from '../../i18n/clock';
import { RegionPicker } from '../pick/RegionPicker';
import classes from './List.module.css';
import type { ListChoice } from './useList';

/** A way to narrow a list, by the name that the server's list has for it. */
export interface FilterDef {
  name: string;
  title: string;
  kind: 'text' | 'choice' | 'choices' | 'moment' | 'period' | 'region' | 'given';
  /** Of a choice, or in groups. */
  options?: readonly FilterOption[];
  /** Of a period: the name of its end; the filter's own is that of its beginning. */
  until?: string;
  /** Of a period: what holds while neither end is chosen. */
  usually?: string;
  /** Of a text: its longest; of choices: how many at most. As the server has it. */
  most?: number;
  /** Of a text: the list is asked when it is sent off, not while it is typed. */
  isSlow?: true;
}

export interface FilterOption {
  value?: string;
  label: string;
  options?: readonly { value: string; label: string }[];
}

/** So long somebody types before the list follows. */
const PAUSE_MS = 250;
const LONGEST = 50;
const MOMENT = 'YYYY-MM-DD HH:mm';
const DAY_MS = 86_400_000;
const PERIODS = [
  ['periodDay', 1],
  ['periodWeek', 7],
  ['periodMonth', 30],
  ['periodYear', 365],
] as const;

/** One of a list's filters; what is chosen stands in the page's address. */
export function Filter({ filter, choice }: { filter: FilterDef; choice: ListChoice }) {
  const { t } = useI18n();
  const { name, title, kind, options = [] } = filter;
  const value = choice.query[name] ?? '';
  const set = (next: string) => choice.set({ [name]: next });
  const testId = `filter-${name}`;
  switch (kind) {
    case 'choice':
      return (
        <Select<string>
          value={value}
          aria-label={title}
          popupMatchSelectWidth={false}
          options={[{ value: '', label: `${title}：${t('listAny')}` }, ...options]}
          onChange={set}
          data-testid={testId}
        />
      );
    case 'choices':
      return (
        <Select<string[]>
          mode="multiple"
          allowClear
          {...(filter.most === undefined ? {} : { maxCount: filter.most })}
          maxTagCount="responsive"
          style={{ minWidth: 200 }}
          value={value === '' ? [] : value.split(',')}
          placeholder={title}
          aria-label={title}
          options={[...options]}
          showSearch={{ optionFilterProp: 'label' }}
          onChange={(chosen) => set(chosen.join(','))}
          data-testid={testId}
        />
      );
    case 'given':
      // It is chosen elsewhere, on a map or by a figure; here it can only be given up.
      return value === '' ? null : (
        <Tag closable onClose={() => set('')} data-testid={testId}>
          {title}
        </Tag>
      );
    case 'region':
      return (
        <div style={{ minWidth: 180 }} data-testid={testId}>
          <RegionPicker label={title} value={value} onChange={(code) => set(code ?? '')} />
        </div>
      );
    case 'moment':
      return (
        <DatePicker
          showTime={{ format: 'HH:mm' }}
          format={MOMENT}
          placeholder={title}
          aria-label={title}
          value={momentOf(value)}
          onChange={(picked) => set(picked ? fromPicker(picked) : '')}
          data-testid={testId}
        />
      );
    case 'period':
      return <Period filter={filter} choice={choice} />;
    default:
      return <TextFilter key={name} filter={filter} value={value} onChange={set} />;
  }
}

/** The moment that an address says; none where it says nothing that is one. */
const momentOf = (said: string | undefined) => (said && !Number.isNaN(Date.parse(said)) ? toPicker(said) : null);

/** From one moment to another, either of them open. */
function Period({ filter, choice }: { filter: FilterDef; choice: ListChoice }) {
  const { t } = useI18n();
  const { name, until = '', title, usually } = filter;
  const moment = (of: string) => momentOf(choice.query[of]);
  // Since the page was opened: what begins a day ago shall not move while one looks.
  const [now] = useState(Date.now);
  return (
    <DatePicker.RangePicker
      showTime={{ format: 'HH:mm' }}
      format={MOMENT}
      allowEmpty={[true, true]}
      aria-label={title}
      placeholder={[`${title}：${usually ?? t('periodFrom')}`, t('periodUntil')]}
      classNames={{ popup: { root: classes['period'] ?? '' } }}
      value={[moment(name), moment(until)]}
      presets={PERIODS.map(([label, days]) => ({
        label: t(label),
        value: [toPicker(new Date(now - days * DAY_MS).toISOString()), null],
      }))}
      onChange={(picked) =>
        choice.set({
          [name]: picked?.[0] ? fromPicker(picked[0]) : '',
          [until]: picked?.[1] ? fromPicker(picked[1]) : '',
        })
      }
      data-testid={`filter-${name}`}
    />
  );
}

function TextFilter({
  filter: { name, title, most = LONGEST, isSlow },
  value,
  onChange,
}: {
  filter: FilterDef;
  value: string;
  onChange: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  const [asked, setAsked] = useState(value);
  // Back, or a list that was kept, says another text.
  if (asked !== value) {
    setAsked(value);
    setText(value);
  }
  const wanted = text.trim();
  const ask = useEffectEvent(() => {
    setAsked(wanted);
    onChange(wanted);
  });
  useEffect(() => {
    if (wanted === value || (isSlow && wanted !== '')) return undefined;
    const timer = window.setTimeout(() => ask(), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [wanted, value, isSlow]);
  return (
    <Input.Search
      allowClear
      maxLength={most}
      value={text}
      placeholder={title}
      aria-label={title}
      onChange={({ target }) => setText(target.value)}
      onSearch={() => ask()}
      data-testid={`filter-${name}`}
    />
  );
}
