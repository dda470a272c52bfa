import { useQueries, useQueryClient } from '@tanstack/react-query';
import { TreeSelect, type TreeSelectProps } from 'antd';
import { useState } from 'react';
import { useSession } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { fullName, type Region, regionQuery } from './regions';

type Several = { multiple: true; value?: string[]; onChange?: (value: string[]) => void };
type Single = { multiple?: false; value?: string; onChange?: (value: string | undefined) => void };
type Props = (Several | Single) &
  Pick<TreeSelectProps, 'id' | 'maxCount'> & {
    /** What it is called where no label stands beside it; such a choice can be taken back. */
    label?: string;
  };

/** Regions as a tree from those of who chooses to the grids; each is read when it is opened, and those that are chosen already at once. */
export function RegionPicker(props: Props) {
  const { t } = useI18n();
  const roots = (useSession().data?.regions ?? []).map(({ code }) => code);
  const queries = useQueryClient();
  const [opened, setOpened] = useState<readonly number[]>([]);
  const chosen = [props.value ?? []]
    .flat()
    .map(Number)
    .filter((code) => code > 0);
  const known = new Map<number, Region>();
  const near = useQueries({ queries: [...new Set([...roots, ...opened, ...chosen])].map(regionQuery) });
  for (const { data } of near) if (data) known.set(data.code, data);
  // The way down to what is chosen is read too, so that its neighbours can be chosen in its place.
  const above = [...known.values()]
    .flatMap(({ code, path }) => (chosen.includes(code) ? path.map((one) => one.code) : []))
    .filter((code) => !known.has(code));
  const ways = useQueries({ queries: [...new Set(above)].map(regionQuery) });
  for (const { data } of ways) if (data) known.set(data.code, data);
  const inner = new Set([...known.values()].flatMap(({ children }) => children.map(({ code }) => code)));
  const tops = [...known.values()].filter(({ code }) => !inner.has(code));
  const nodes = [
    ...tops.map((region) => ({
      id: region.code,
      pId: 0,
      value: String(region.code),
      title: region.name,
      isLeaf: region.children.length === 0,
      full: fullName(region),
    })),
    ...[...known.values()].flatMap((region) =>
      region.children.map(({ code, name, level }) => ({
        id: code,
        pId: region.code,
        value: String(code),
        title: name,
        isLeaf: level === 'grid',
        full: known.has(code)
          ? fullName(known.get(code) as Region)
          : [...(region.path.length > 1 ? [fullName(region)] : []), name].join(' '),
      })),
    ),
  ];
  const open = async ({ value }: { value?: unknown }) => {
    const code = Number(value);
    await queries.prefetchQuery(regionQuery(code));
    setOpened((before) => (before.includes(code) ? before : [...before, code]));
  };
  const shared: TreeSelectProps = {
    ...(props.id === undefined ? {} : { id: props.id }),
    ...(props.maxCount === undefined ? {} : { maxCount: props.maxCount }),
    treeDataSimpleMode: true,
    treeData: nodes,
    loadData: (node) => open(node),
    treeNodeLabelProp: 'full',
    treeDefaultExpandedKeys: tops.map(({ code }) => String(code)),
    showSearch: { treeNodeFilterProp: 'title' },
    placeholder: props.label ?? t('regionChoose'),
    ...(props.label === undefined ? {} : { allowClear: true, 'aria-label': props.label }),
    style: { width: '100%' },
  };
  return props.multiple ? (
    <TreeSelect
      {...shared}
      multiple
      value={props.value ?? []}
      onChange={(value: string[]) => props.onChange?.(value)}
    />
  ) : (
    <TreeSelect
      {...shared}
      value={props.value || undefined}
      onChange={(value: string | undefined) => props.onChange?.(value)}
    />
  );
}
