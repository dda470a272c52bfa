import { Button, Form, Segmented } from 'antd';
import { useState } from 'react';
import { ProblemError } from '../../api/client';
import { useI18n } from '../../i18n';
import { SchemaFields } from '../../kit/form/schema/SchemaFields';
import { HomeFigure, HomeFigures, HomeTile } from '../../kit/HomeTile';
import { type ListColumn, ListView } from '../../kit/list/ListView';
import type { ListSource } from '../../kit/list/useList';
import { Masked } from '../../kit/record/Masked';
import { useFace } from '../../theme';
import { Block } from './Block';
import { STREETS } from './made';
import { MADE_FORM } from './madeForm';
import { type TextKey, words } from './words';

interface Row {
  id: number;
  name: string;
  cases: number;
  about: string;
}

const STATES = ['many', 'long', 'loading', 'empty', 'refused', 'error'] as const;
type State = (typeof STATES)[number];
const TITLES: Record<State, TextKey> = {
  many: 'designListMany',
  long: 'designListLong',
  loading: 'designListLoading',
  empty: 'designListEmpty',
  refused: 'designListRefused',
  error: 'designListError',
};
const MANY = 10_000;
const PAGE = 500;

/** A list of made rows, or one that shows how a list waits and fails. */
function source(state: State, t: (key: TextKey) => string): ListSource<Row> {
  const row = (id: number): Row => ({
    id,
    name: `${t(STREETS[id % STREETS.length]?.[0] ?? 'designStreetA')} ${id + 1}`,
    cases: (id * 7919) % 1000,
    about: t(state === 'long' ? 'designLong' : 'designSample'),
  });
  const total = state === 'many' ? MANY : 5;
  return {
    key: `design-${state}`,
    path: '',
    fetch: async ({ after }) => {
      if (state === 'loading') return new Promise(() => undefined);
      if (state === 'refused') throw new ProblemError(403, undefined, t('designListRefusedText'));
      if (state === 'error') throw new TypeError('made');
      if (state === 'empty') return { items: [], total: 0 };
      const from = Number(after ?? 0);
      const to = Math.min(from + PAGE, total);
      const items = Array.from({ length: to - from }, (_, at) => row(from + at));
      return { items, next: to < total ? String(to) : null, total };
    },
  };
}

/** What every module's pages are made of, in the states that it can be in. */
export function Kit() {
  const { t } = useI18n(words);
  return (
    <>
      <Block title="designList">
        <Lists />
      </Block>
      <Block title="designForm">
        <MadeForm />
      </Block>
      <Block title="designMasked">
        <div className="design-row">
          <Masked name={t('designIdNumber')} shown="3605**********1234" level="L3" />
          <Masked name={t('designIdNumber')} shown="3605**********1234" level="L3" onAsk={() => undefined} />
          <Masked name={t('designIdNumber')} shown="***" level="L4" />
          <Masked
            name={t('designIdNumber')}
            shown="3605**********1234"
            level="L3"
            plain={{ value: '360502199003070011', left: 42 }}
          />
        </div>
      </Block>
      <Block title="designTiles">
        <Tiles />
      </Block>
    </>
  );
}

function Lists() {
  const { t, number } = useI18n(words);
  const face = useFace();
  const [state, choose] = useState<State>('many');
  const columns: ListColumn<Row>[] = [
    { key: 'name', title: t('designStreet'), isSorted: true, width: 200, render: ({ name }) => name },
    { key: 'cases', title: t('designCases'), isSorted: true, width: 100, render: ({ cases }) => number(cases) },
    { key: 'about', title: t('designAbout'), width: 320, isLong: state === 'long', render: ({ about }) => about },
  ];
  return (
    <>
      <Segmented<State>
        aria-label={t('designStates')}
        value={state}
        onChange={choose}
        options={STATES.map((value) => ({ value, label: t(TITLES[value]) }))}
      />
      <ListView<Row>
        key={state}
        source={source(state, t)}
        rowKey={({ id }) => id}
        columns={columns}
        filters={[
          { name: `period-${face.name}`, until: `until-${face.name}`, title: t('designPeriod'), kind: 'period' },
          { name: `name-${face.name}`, title: t('designStreet'), kind: 'text' },
        ]}
        bulk={[]}
        empty={t('designListNothing')}
        testId={`design-list-${face.name}`}
      />
    </>
  );
}

function MadeForm() {
  const { t } = useI18n(words);
  const face = useFace();
  const [form] = Form.useForm();
  return (
    <Form form={form} name={`made-${face.name}`} layout="vertical" data-testid={`design-form-${face.name}`}>
      <SchemaFields form={MADE_FORM} />
      <Button type="primary" htmlType="submit">
        {t('save')}
      </Button>
    </Form>
  );
}

function Tiles() {
  const { t, number } = useI18n(words);
  const waiting = { isPending: true, error: null, refetch: () => undefined };
  const failed = {
    isPending: false,
    error: new ProblemError(403, undefined, t('designListRefusedText')),
    refetch: () => undefined,
  };
  return (
    <div className="design-tiles">
      <HomeTile title={t('designCases')}>
        <HomeFigures>
          <HomeFigure label={t('designToday')} value={number(4317)} />
          <HomeFigure label={t('designOverdue')} value={number(12)} tone="warning" />
        </HomeFigures>
      </HomeTile>
      <HomeTile title={t('designListLoading')} of={waiting}>
        {null}
      </HomeTile>
      <HomeTile title={t('designListRefused')} of={failed}>
        {null}
      </HomeTile>
    </div>
  );
}
