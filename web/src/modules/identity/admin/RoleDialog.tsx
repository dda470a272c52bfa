import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Checkbox, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { client, type Schemas, take } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { useFaults } from '../../../kit/form/faults';
import type { Role } from '../hooks';
import { words } from '../words';

interface Values {
  permissions: string[];
  reason: string;
}

/** What a role carries, edited with a reason; what adds becomes a request. */
export function RoleDialog({
  role,
  permissions,
  onClose,
}: {
  role: Role;
  permissions: Schemas['Permission'][];
  onClose: () => void;
}) {
  const { t, language } = useI18n(words);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const faults = useFaults(form);
  const [busy, setBusy] = useState(false);
  const english = language === 'en';
  const chosen = (Form.useWatch('permissions', form) as string[] | undefined) ?? role.permissions;
  const named = (names: string[]) =>
    names
      .map((name) => permissions.find((known) => known.name === name))
      .map((known, index) => (english ? known?.en : known?.zh) ?? names[index])
      .join(english ? ', ' : '、');
  const added = chosen.filter((name) => !role.permissions.includes(name));
  const taken = role.permissions.filter((name) => !chosen.includes(name));
  const submit = async ({ permissions: next, reason }: Values) => {
    setBusy(true);
    try {
      const outcome = await take(
        client.PUT('/api/roles/{code}/permissions', {
          params: { path: { code: role.code } },
          body: { permissions: next, reason },
        }),
      );
      void message.success(t(outcome.done ? 'rolesDone' : 'rolesAsked'));
      for (const queryKey of [['roles'], ['requests']]) void queries.invalidateQueries({ queryKey });
      onClose();
    } catch (error) {
      faults(error);
    }
    setBusy(false);
  };
  return (
    <Modal
      open
      title={t('rolesEditTitle', { role: english ? role.name_en : role.name })}
      okText={t('save')}
      confirmLoading={busy}
      okButtonProps={{ disabled: added.length + taken.length === 0 }}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form
        form={form}
        name="role"
        layout="vertical"
        initialValues={{ permissions: role.permissions }}
        onFinish={(values: Values) => void submit(values)}
      >
        <Form.Item name="permissions" label={t('admin_roles')}>
          <Checkbox.Group
            className="permissions"
            options={permissions.map(({ name, zh, en }) => ({ value: name, label: english ? en : zh }))}
          />
        </Form.Item>
        {added.length + taken.length > 0 && (
          <Alert
            type={added.length > 0 ? 'warning' : 'info'}
            showIcon
            title={t(added.length > 0 ? 'rolesWillAsk' : 'rolesWillHold')}
            description={
              <>
                {added.length > 0 && (
                  <div>
                    {t('rolesAdded')}：{named(added)}
                  </div>
                )}
                {taken.length > 0 && (
                  <div>
                    {t('rolesTaken')}：{named(taken)}
                  </div>
                )}
              </>
            }
          />
        )}
        <Form.Item
          name="reason"
          label={t('reason')}
          rules={[{ required: true, whitespace: true, message: t('required') }]}
        >
          <Input.TextArea rows={3} maxLength={400} showCount placeholder={t('reasonHint')} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
