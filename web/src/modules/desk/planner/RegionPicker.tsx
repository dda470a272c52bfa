import { CloseOutlined } from '@ant-design/icons';
import { useQueries } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { regionOf, useSearch } from '../../../api/hooks';
import { useI18n } from '../../../i18n';
import { words } from '../words';

interface Props {
  chosen: readonly number[];
  onChange: (chosen: number[]) => void;
}

/** The regions that are counted as one: added by name, taken out one by one. */
export function RegionPicker({ chosen, onChange }: Props) {
  const { t } = useI18n(words);
  const [text, setText] = useState('');
  const search = useSearch(text.trim());
  const found = text.trim() === '' ? [] : (search.data?.items ?? []).filter((item) => item.kind === 'region');
  const regions = useQueries({ queries: chosen.map((code) => regionOf(code)) });
  return (
    <div className="picker" data-testid="region-picker">
      <Select
        showSearch={{ filterOption: false, onSearch: setText, searchValue: text }}
        value={null}
        placeholder={t('addRegion')}
        aria-label={t('addRegion')}
        notFoundContent={text.trim() !== '' && !search.isFetching ? t('searchNothing') : null}
        options={found.map((item) => ({
          value: item.id,
          label: (
            <span className="found">
              <b>{item.name}</b>
              <small>{item.detail}</small>
            </span>
          ),
        }))}
        onChange={(code: number | null) => {
          setText('');
          if (code !== null && !chosen.includes(code)) onChange([...chosen, code]);
        }}
      />
      {chosen.length > 0 && (
        <ul className="chips">
          {chosen.map((code, index) => {
            const name = regions[index]?.data?.name ?? '…';
            return (
              <li key={code}>
                {name}
                <Button
                  type="text"
                  size="small"
                  icon={<CloseOutlined />}
                  aria-label={`${t('removeRegion')} ${name}`}
                  onClick={() => onChange(chosen.filter((other) => other !== code))}
                />
              </li>
            );
          })}
          <li className="clear">
            <Button type="link" size="small" onClick={() => onChange([])}>
              {t('clearAll')}
            </Button>
          </li>
        </ul>
      )}
    </div>
  );
}
