import { useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, InputNumber, Modal, Select } from 'antd';
import { useMemo, useState } from 'react';
import { client, done } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { given, useFaults } from '../../../kit/form/faults';
import type { Agency } from '../hooks';
import { words } from '../words';
import { AgencySelect } from './AgencySelect';
import { kinds } from './kinds';
import { RegionSelect } from './RegionSelect';
import { type Branch, below } from './tree';

interface Values {
  name: string;
  parent_id?: number;
  kind: string;
  region: string;
  code?: string;
  position?: number;
}

interface Props {
  /** The one that is changed; a new one is made without. */
  agency: Agency | null;
  /** Below which a new one is made. */
  parent: Agency | null;
  tree: Branch[];
  onClose: () => void;
}

/** Makes an agency, or changes one. */
export function AgencyDialog({ agency, parent, tree, onClose }: Props) {
  const { t } = useI18n(words);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const faults = useFaults(form);
  const [busy, setBusy] = useState(false);
  const without = useMemo(() => (agency ? below(tree, agency.id) : new Set<number>()), [agency, tree]);
  const near = agency ?? parent;
  const submit = async ({ name, parent_id, kind, region, code, position }: Values) => {
    setBusy(true);
    const body = {
      name: name.trim(),
      parent_id: parent_id ?? null,
      kind,
      region: Number(region),
      code: given(code),
      position: position ?? 0,
    };
    try {
      if (agency) await done(client.PUT('/api/agencies/{id}', { params: { path: { id: agency.id } }, body }));
      else await done(client.POST('/api/agencies', { body }));
      void message.success(t(agency ? 'savedNow' : 'agencyMade'));
      void queries.invalidateQueries({ queryKey: ['agencies'] });
      onClose();
    } catch (error) {
      faults(error);
    }
    setBusy(false);
  };
  return (
    <Modal
      open
      title={t(agency ? 'agencyChange' : 'agencyNew')}
      okText={t('save')}
      confirmLoading={busy}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form
        form={form}
        name="agency"
        layout="vertical"
        scrollToFirstError={{ focus: true }}
        onFinish={(values: Values) => void submit(values)}
        initialValues={{
          kind: near?.kind ?? 'government',
          region: near ? String(near.region) : '',
          parent_id: agency ? (agency.parent_id ?? undefined) : parent?.id,
          ...(agency
            ? { name: agency.name, code: agency.code ?? undefined, position: agency.position }
            : { position: 0 }),
        }}
      >
        <Form.Item
          name="name"
          label={t('agencyName')}
          rules={[{ required: true, whitespace: true, message: t('required') }]}
        >
          <Input maxLength={80} autoFocus />
        </Form.Item>
        <Form.Item name="parent_id" label={t('agencyParent')}>
          <AgencySelect allowClear without={without} placeholder={t('agencyTop')} />
        </Form.Item>
        <Form.Item name="kind" label={t('agencyKind')}>
          <Select options={kinds.map((kind) => ({ value: kind, label: t(`kind_${kind}`) }))} />
        </Form.Item>
        <Form.Item name="region" label={t('agencyRegion')} rules={[{ required: true, message: t('required') }]}>
          <RegionSelect />
        </Form.Item>
        <Form.Item name="code" label={t('agencyCode')}>
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="position" label={t('agencyPosition')}>
          <InputNumber precision={0} min={0} max={100000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
