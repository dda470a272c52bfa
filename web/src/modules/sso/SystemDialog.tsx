import { useQueryClient } from '@tanstack/react-query';
import { Form, Input, InputNumber, Radio, Select } from 'antd';
import { client, done, take } from '../../api/client';
import { useRoles } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { FormDialog } from '../../kit/form/FormDialog';
import { given } from '../../kit/form/faults';
import type { ClientSystem } from './hooks';
import { words } from './words';

interface Values {
  client_id: string;
  name: string;
  about?: string;
  home_url?: string;
  redirect_uris: string[];
  signed_out_uris: string[];
  sign_out_uri?: string;
  confidential: boolean;
  roles: string[];
  position: number;
}

const EMPTY: Partial<Values> = { redirect_uris: [], signed_out_uris: [], confidential: true, roles: [], position: 0 };
const MOST = 10;

/** A system's place in the register; with none it is registered. Gives the secret that a new one has. */
export function SystemDialog({
  system,
  onClose,
  onSecret,
}: {
  system: ClientSystem | null;
  onClose: () => void;
  onSecret: (name: string, secret: string) => void;
}) {
  const { t, language } = useI18n(words);
  const queries = useQueryClient();
  const roles = useRoles();
  const submit = async (values: Values) => {
    const body = {
      ...values,
      about: values.about?.trim() ?? '',
      home_url: given(values.home_url),
      sign_out_uri: given(values.sign_out_uri),
      position: values.position ?? 0,
    };
    const changed = () => void queries.invalidateQueries({ queryKey: ['systems'] });
    if (system) {
      await done(
        client.PUT('/api/systems/{id}', {
          params: { path: { id: system.id } },
          body: { ...body, client_id: system.client_id, confidential: system.confidential },
        }),
      );
      changed();
      return t('savedNow');
    }
    const { secret } = await take(client.POST('/api/systems', { body }));
    changed();
    if (!secret) return t('savedNow');
    onSecret(values.name, secret);
    return undefined;
  };
  const needed = [{ required: true, whitespace: true, message: t('required') }];
  const addresses = <Select mode="tags" maxCount={MOST} open={false} suffixIcon={null} tokenSeparators={[' ', '\n']} />;
  return (
    <FormDialog<Values>
      name="system"
      title={system ? `${t('systemChange')} · ${system.name}` : t('systemNew')}
      width={640}
      initialValues={system ?? EMPTY}
      onSubmit={submit}
      onClose={onClose}
    >
      <Form.Item name="name" label={t('systemName')} rules={needed}>
        <Input maxLength={60} autoFocus />
      </Form.Item>
      <Form.Item name="client_id" label={t('systemClientId')} extra={t('systemClientIdHint')} rules={needed}>
        <Input maxLength={40} disabled={system !== null} autoCapitalize="none" spellCheck={false} />
      </Form.Item>
      <Form.Item name="about" label={t('systemAbout')}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="home_url" label={t('systemHome')} extra={t('systemHomeHint')}>
        <Input maxLength={500} placeholder="https://" />
      </Form.Item>
      <Form.Item
        name="redirect_uris"
        label={t('systemRedirects')}
        extra={t('systemRedirectsHint')}
        rules={[{ required: true, message: t('required') }]}
      >
        {addresses}
      </Form.Item>
      <Form.Item name="signed_out_uris" label={t('systemSignedOut')}>
        {addresses}
      </Form.Item>
      <Form.Item name="sign_out_uri" label={t('systemSignOut')} extra={t('systemSignOutHint')}>
        <Input maxLength={500} placeholder="https://" />
      </Form.Item>
      <Form.Item name="confidential" label={t('systemKind')}>
        <Radio.Group
          disabled={system !== null}
          options={[
            { value: true, label: t('systemConfidential') },
            { value: false, label: t('systemOpen') },
          ]}
        />
      </Form.Item>
      <Form.Item name="roles" label={t('systemRoles')} extra={t('systemRolesHint')}>
        <Select
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          options={(roles.data?.roles ?? []).map(({ code, name, name_en }) => ({
            value: code,
            label: language === 'en' ? name_en : name,
          }))}
        />
      </Form.Item>
      <Form.Item name="position" label={t('systemPosition')}>
        <InputNumber precision={0} min={0} max={9999} />
      </Form.Item>
    </FormDialog>
  );
}
