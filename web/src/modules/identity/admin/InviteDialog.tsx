import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { client, take } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { given, useFaults, useSaying } from '../../../kit/form/faults';
import type { Invitation } from '../hooks';
import { words } from '../words';
import { AgencySelect } from './AgencySelect';
import { InvitationLink } from './InvitationLink';
import { PostSelect } from './PostSelect';

interface Values {
  agency_id: number;
  login: string;
  name: string;
  phone?: string;
  email?: string;
  citizen_id?: string;
  certificate_only?: boolean;
  /** The post that is asked for at once, and why. */
  post_id?: number;
  reason?: string;
}

/** Makes an account, asks for its first post where one is chosen, and shows the link by which its holder opens it. */
export function InviteDialog({ agency, onClose }: { agency: number | null; onClose: () => void }) {
  const { t } = useI18n(words);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const faults = useFaults(form);
  const [busy, setBusy] = useState(false);
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  /** Whether a first post was asked for, or why it couldn't be. */
  const [post, setPost] = useState<{ unasked: string } | null>(null);
  const saying = useSaying();
  const chosen = (Form.useWatch('agency_id', form) as number | undefined) ?? agency;
  const wished = Form.useWatch('post_id', form) as number | undefined;
  const ask = ({ post_id, reason }: Values, account_id: number) =>
    take(
      client.POST('/api/rights-requests', {
        body: {
          account_id,
          post_id: post_id ?? 0,
          stand_in: false,
          from_at: null,
          until_at: null,
          reason: reason ?? '',
        },
      }),
    );
  const needed = [{ required: true, whitespace: true, message: t('required') }];
  const submit = async (values: Values) => {
    setBusy(true);
    try {
      const body = {
        agency_id: values.agency_id,
        login: values.login.trim(),
        name: values.name.trim(),
        phone: given(values.phone),
        email: given(values.email),
        citizen_id: given(values.citizen_id),
        certificate_only: values.certificate_only ?? false,
      };
      const made = await take(client.POST('/api/accounts', { body }));
      // The account is made, whatever becomes of its post: the link is shown this once.
      if (values.post_id !== undefined)
        setPost({
          unasked: await ask(values, made.id).then(
            () => '',
            (error: unknown) => saying(error),
          ),
        });
      setInvitation(made);
      void message.success(t('savedNow'));
      for (const queryKey of [['accounts'], ['agencies'], ['requests']]) void queries.invalidateQueries({ queryKey });
    } catch (error) {
      faults(error);
    }
    setBusy(false);
  };
  return (
    <Modal
      open
      title={t(invitation ? 'inviteDone' : 'invite')}
      mask={{ closable: false }}
      onCancel={onClose}
      onOk={form.submit}
      okText={t('inviteButton')}
      confirmLoading={busy}
      footer={invitation ? <Button onClick={onClose}>{t('close')}</Button> : undefined}
    >
      {invitation ? (
        <>
          <InvitationLink invitation={invitation} />
          {post && (
            <Alert
              type={post.unasked ? 'warning' : 'info'}
              showIcon
              title={post.unasked ? t('invitePostUnasked', { why: post.unasked }) : t('askPostDone')}
            />
          )}
        </>
      ) : (
        <Form
          form={form}
          name="invite"
          layout="vertical"
          scrollToFirstError={{ focus: true }}
          initialValues={{ agency_id: agency ?? undefined }}
          onFinish={(values: Values) => void submit(values)}
        >
          <p className="hint-text">{t('inviteExplain')}</p>
          <Form.Item name="name" label={t('personName')} rules={needed}>
            <Input maxLength={60} autoFocus autoComplete="off" />
          </Form.Item>
          <Form.Item
            name="login"
            label={t('login')}
            extra={t('loginRule')}
            rules={[{ required: true, pattern: /^[a-z0-9][a-z0-9._-]{1,39}$/, message: t('loginRule') }]}
            validateTrigger="onBlur"
          >
            <Input maxLength={40} autoComplete="off" autoCapitalize="none" spellCheck={false} />
          </Form.Item>
          <Form.Item name="agency_id" label={t('agency')} rules={[{ required: true, message: t('required') }]}>
            <AgencySelect onChange={() => form.setFieldValue('post_id', undefined)} />
          </Form.Item>
          <Form.Item name="post_id" label={t('invitePost')} extra={t('invitePostHint')}>
            <PostSelect agency={chosen} allowClear />
          </Form.Item>
          {wished !== undefined && (
            <Form.Item name="reason" label={t('reason')} rules={needed}>
              <Input maxLength={400} placeholder={t('reasonHint')} />
            </Form.Item>
          )}
          <Form.Item name="phone" label={t('phone')}>
            <Input maxLength={30} inputMode="tel" autoComplete="off" />
          </Form.Item>
          <Form.Item name="email" label={t('email')}>
            <Input maxLength={120} inputMode="email" autoComplete="off" />
          </Form.Item>
          <Form.Item name="citizen_id" label={t('citizenId')} extra={t('citizenIdHint')}>
            <Input maxLength={18} autoComplete="off" />
          </Form.Item>
          <Form.Item name="certificate_only" valuePropName="checked">
            <Checkbox>{t('certificateOnly')}</Checkbox>
          </Form.Item>
        </Form>
      )}
    </Modal>
  );
}
