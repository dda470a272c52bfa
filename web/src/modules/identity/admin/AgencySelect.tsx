import { TreeSelect, type TreeSelectProps } from 'antd';
import { useMemo } from 'react';
import { useI18n } from '../../../i18n';
import { useAgencies } from '../hooks';
import { words } from '../words';
import { type Branch, treeOf } from './tree';

/** A choice of one agency out of the tree; what a form needs of a field is passed on. */
export function AgencySelect({ without, ...rest }: TreeSelectProps<number> & { without?: ReadonlySet<number> }) {
  const { t } = useI18n(words);
  const agencies = useAgencies();
  const treeData = useMemo(
    () =>
      treeOf(agencies.data ?? [])
        .filter(keep(without))
        .map((branch) => node(branch, without)),
    [agencies.data, without],
  );
  return (
    <TreeSelect<number>
      showSearch={{ treeNodeFilterProp: 'title' }}
      treeDefaultExpandedKeys={treeData.map(({ value }) => value)}
      placeholder={t('agency')}
      loading={agencies.isLoading}
      treeData={treeData}
      {...rest}
    />
  );
}

interface Node {
  value: number;
  title: string;
  children: Node[];
}

const keep =
  (without?: ReadonlySet<number>) =>
  ({ agency }: Branch) =>
    !without?.has(agency.id);

function node({ agency, children }: Branch, without?: ReadonlySet<number>): Node {
  return {
    value: agency.id,
    title: agency.name,
    children: children.filter(keep(without)).map((child) => node(child, without)),
  };
}
