import { Select, type SelectProps } from 'antd';
import { useI18n } from '../../../i18n';
import { usePosts } from '../hooks';
import { words } from '../words';

/** A choice of one post of an agency, with who holds it. */
export function PostSelect({ agency, ...rest }: SelectProps<number> & { agency: number | null }) {
  const { t } = useI18n(words);
  const posts = usePosts(agency);
  return (
    <Select<number>
      disabled={agency === null}
      placeholder={t('postChoose')}
      loading={posts.isLoading}
      notFoundContent={t('askPostNone')}
      showSearch={{ optionFilterProp: 'label' }}
      options={(posts.data ?? []).map(({ id, name, held_by }) => ({
        value: id,
        label: `${name}（${held_by.length > 0 ? held_by.join('、') : t('vacant')}）`,
      }))}
      {...rest}
    />
  );
}
