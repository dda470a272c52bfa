import { Input, Tree, type TreeDataNode } from 'antd';
import { useMemo, useState } from 'react';
import { useI18n } from '../../../i18n';
import { words } from '../words';
import { type Branch, searchTree } from './tree';

interface Props {
  tree: Branch[];
  chosen: number | null;
  onChoose: (agency: number | null) => void;
}

/** The tree of agencies, with a search. */
export function AgencyTree({ tree, chosen, onChoose }: Props) {
  const { t, number } = useI18n(words);
  const [text, setText] = useState('');
  const [opened, setOpened] = useState<number[] | null>(null);
  const wanted = text.trim();
  const shown = useMemo(
    () => (wanted === '' ? { tree, open: tree.map(({ agency }) => agency.id) } : searchTree(tree, wanted)),
    [tree, wanted],
  );
  const nodes = useMemo(() => shown.tree.map((branch) => node(branch, number)), [shown, number]);
  return (
    <>
      <Input.Search
        allowClear
        placeholder={t('agencySearch')}
        aria-label={t('agencySearch')}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setOpened(null);
        }}
      />
      <div className="agency-tree">
        <Tree
          blockNode
          treeData={nodes}
          aria-label={t('agencies')}
          selectedKeys={chosen === null ? [] : [chosen]}
          expandedKeys={opened ?? shown.open}
          onExpand={(keys) => setOpened(keys as number[])}
          onSelect={([key]) => onChoose(key === undefined ? null : Number(key))}
        />
      </div>
    </>
  );
}

function node({ agency, children }: Branch, number: (value: number) => string): TreeDataNode {
  return {
    key: agency.id,
    title: (
      <span className="agency-node">
        {agency.name}
        {agency.people > 0 && <small>{number(agency.people)}</small>}
      </span>
    ),
    children: children.map((child) => node(child, number)),
  };
}
