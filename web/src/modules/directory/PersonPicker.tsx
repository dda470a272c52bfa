import { useQuery } from '@tanstack/react-query';
import { Select, Spin } from 'antd';
import { useDeferredValue, useState } from 'react';
import { client, take } from '../../api/client';
import { useSearch } from '../../api/hooks';
import { useI18n } from '../../i18n';
import type { PickerProps } from '../../kit/module';

/** Chooses a resident by name or address; among equal names the address tells who is meant. */
export default function PersonPicker({ id, value, onChange }: PickerProps) {
  const { t } = useI18n();
  const [text, setText] = useState('');
  const sought = useDeferredValue(text.trim());
  const search = useSearch(sought);
  const chosen = typeof value === 'number' ? value : null;
  const found = (sought === '' ? [] : (search.data?.items ?? [])).filter(({ kind }) => kind === 'person');
  // Who is chosen already is named, and the reading kept in the audit, only where no search has just told it.
  const known = useQuery({
    queryKey: ['person-name', chosen],
    queryFn: () => take(client.GET('/api/people/{id}', { params: { path: { id: chosen ?? 0 } } })),
    enabled: chosen !== null && !found.some((person) => person.id === chosen),
    staleTime: Infinity,
  });
  const options = found.map((person) => ({ value: person.id, label: person.name, detail: person.detail }));
  const person = known.data;
  if (person && !options.some((option) => option.value === person.id))
    options.push({ value: person.id, label: person.name, detail: person.building?.address ?? '' });
  return (
    <Select
      {...(id === undefined ? {} : { id })}
      allowClear
      value={chosen}
      options={options}
      placeholder={t('pickType')}
      showSearch={{ filterOption: false, onSearch: setText }}
      notFoundContent={search.isFetching ? <Spin size="small" /> : sought === '' ? null : t('searchNothing')}
      optionRender={({ data }) => (
        <>
          {data.label} <small className="hint-text">{data.detail}</small>
        </>
      )}
      onChange={(next) => onChange?.(next ?? null)}
      data-testid="person-picker"
    />
  );
}
