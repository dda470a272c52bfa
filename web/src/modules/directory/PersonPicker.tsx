import { useQuery } from '@tanstack/react-query';
import { Select, Spin } from 'antd';
import { useDeferredValue, useState } from 'react';
import { client, take } from '../../api/client';
import { useSearch } from '../../api/hooks';
import { useI18n } from '../../i18n';
import type { PickerProps } from '../../kit/module';

/** Somebody as they are told apart among others of the same name. */
interface Named {
  value: number;
  label: string;
  detail: string;
}

/** Chooses a resident by name or address; among equal names the address tells who is meant. */
export default function PersonPicker({ id, value, onChange }: PickerProps) {
  const { t } = useI18n();
  const [text, setText] = useState('');
  // Who was found and picked here stays named, whatever is searched next.
  const [picked, setPicked] = useState<Named | null>(null);
  const sought = useDeferredValue(text.trim());
  const search = useSearch(sought, 'person');
  const chosen = typeof value === 'number' ? value : null;
  // Who was chosen before is named by their record; the reading is kept in the audit.
  const known = useQuery({
    queryKey: ['person-name', chosen],
    queryFn: () => take(client.GET('/api/people/{id}', { params: { path: { id: chosen ?? 0 } } })),
    enabled: chosen !== null && picked?.value !== chosen,
    staleTime: Infinity,
  });
  const options: Named[] = (sought === '' ? [] : (search.data?.items ?? [])).map((person) => ({
    value: person.id,
    label: person.name,
    detail: person.detail,
  }));
  const record = known.data;
  const named =
    picked?.value === chosen
      ? picked
      : record && { value: record.id, label: record.name, detail: record.building?.address ?? '' };
  if (named && !options.some((option) => option.value === named.value)) options.push(named);
  return (
    <Select<number, Named>
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
      onChange={(next, option) => {
        setPicked(option && !Array.isArray(option) ? option : null);
        onChange?.(next ?? null);
      }}
      data-testid="person-picker"
    />
  );
}
