import { useQueryClient } from '@tanstack/react-query';
import { Alert, Checkbox, Form, Input } from 'antd';
import { client, type Schemas, take } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { FormDialog } from '../../../kit/form/FormDialog';
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
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const english = language === 'en';
  const modules = [...new Set(permissions.map(({ module_zh }) => module_zh))];
  const moduleOf = (module: string) => permissions.find(({ module_zh }) => module_zh === module);
  const chosen = (Form.useWatch('permissions', form) as string[] | undefined) ?? role.permissions;
  const named = (names: string[]) =>
    names
      .map((name) => permissions.find((known) => known.name === name))
      .map((known, index) => (english ? known?.en : known?.zh) ?? names[index])
      .join(english ? ', ' : '、');
  const added = chosen.filter((name) => !role.permissions.includes(name));
  const taken = role.permissions.filter((name) => !chosen.includes(name));
  const submit = async ({ permissions: next, reason }: Values) => {
    const outcome = await take(
      client.PUT('/api/roles/{code}/permissions', {
        params: { path: { code: role.code } },
        body: { permissions: next, reason },
      }),
    );
    for (const queryKey of [['roles'], ['requests']]) void queries.invalidateQueries({ queryKey });
    return t(outcome.done ? 'rolesDone' : 'rolesAsked');
  };
  return (
    <FormDialog<Values>
      name="role"
      title={t('rolesEditTitle', { role: english ? role.name_en : role.name })}
      isUnchanged={added.length + taken.length === 0}
      initialValues={{ permissions: role.permissions }}
      form={form}
      onSubmit={submit}
      onClose={onClose}
    >
      <Form.Item name="permissions" label={t('admin_roles')}>
        <Checkbox.Group className="role-permissions">
          {modules.map((module) => (
            <fieldset key={module} className="permissions">
              <legend>{english ? moduleOf(module)?.module_en : module}</legend>
              {permissions
                .filter(({ module_zh }) => module_zh === module)
                .map(({ name, zh, en }) => (
                  <Checkbox key={name} value={name}>
                    {english ? en : zh}
                  </Checkbox>
                ))}
            </fieldset>
          ))}
        </Checkbox.Group>
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
    </FormDialog>
  );
}
