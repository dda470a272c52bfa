import { useQueryClient } from '@tanstack/react-query';
import { Form, Input, Select } from 'antd';
import { client, take } from '../../../api/client';
import { useRoles } from '../../../api/hooks';
import { useI18n } from '../../../i18n';
import { FormDialog } from '../../../kit/form/FormDialog';
import { RegionPicker } from '../../../kit/pick/RegionPicker';
import type { Agency } from '../hooks';
import { words } from '../words';

interface Values {
  name: string;
  role: string;
  regions: string[];
}

/** The most regions that a post looks after. */
const MOST = 4;

/** Makes a post in an agency: its name, its role, the regions that it looks after. */
export function PostDialog({ agency, onClose }: { agency: Agency; onClose: () => void }) {
  const { t, language } = useI18n(words);
  const queries = useQueryClient();
  const roles = useRoles();
  const [form] = Form.useForm<Values>();
  const roleOptions = (roles.data?.roles ?? []).map(({ code, name, name_en }) => ({
    value: code,
    label: language === 'en' ? name_en : name,
  }));
  const submit = async ({ name, role, regions }: Values) => {
    await take(
      client.POST('/api/posts', {
        body: { agency_id: agency.id, name: name.trim(), role, regions: regions.map(Number) },
      }),
    );
    void queries.invalidateQueries({ queryKey: ['posts'] });
    return t('postMade');
  };
  return (
    <FormDialog<Values>
      name="post"
      title={`${t('postNew')} · ${agency.name}`}
      initialValues={{ regions: [String(agency.region)] }}
      form={form}
      onSubmit={submit}
      onClose={onClose}
    >
      <Form.Item name="role" label={t('role')} rules={[{ required: true, message: t('required') }]}>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={roleOptions}
          loading={roles.isLoading}
          onChange={(_, option) => {
            if (!form.isFieldTouched('name') && option && !Array.isArray(option))
              form.setFieldValue('name', option.label);
          }}
        />
      </Form.Item>
      <Form.Item
        name="name"
        label={t('postName')}
        rules={[{ required: true, whitespace: true, message: t('required') }]}
      >
        <Input maxLength={80} />
      </Form.Item>
      <Form.Item
        name="regions"
        label={t('regions')}
        extra={t('postRegionsHint')}
        rules={[{ required: true, message: t('postRegionsHint') }]}
      >
        <RegionPicker multiple maxCount={MOST} />
      </Form.Item>
    </FormDialog>
  );
}
