import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { client, done, ProblemError } from '../../api/client';
import { useI18n } from '../../i18n';
import { FileField } from '../../kit/files/FileField';
import { useFilesSent } from '../../kit/files/useFilesSent';
import { useFaults } from '../../kit/form/faults';
import { CaseGallery } from './CaseFiles';
import classes from './Cases.module.css';
import { sayActor } from './names';
import { type CaseRecord, useCandidates, useCaseChanged } from './queries';
import { words } from './words';

interface Said {
  text: string;
  mentions?: number[];
  files?: string[];
}

/** What is said about a case among those who work on it; whoever is called is told. */
export function CaseComments({ of }: { of: CaseRecord }) {
  const { t, time } = useI18n(words);
  return (
    <>
      <p className="hint-text">{t('commentsHint')}</p>
      <ul className={classes['tasks']} data-testid="comments">
        {of.comments.map(({ id, by, post, at, text, mentions, files }) => (
          <li key={id}>
            <div className="hint-text">
              {sayActor(by, t)}
              {post && `（${post}）`} · {time(at)}
            </div>
            <div className={classes['said']}>{text}</div>
            {mentions.length > 0 && (
              <div className="hint-text">{t('commentsCalled', { names: mentions.join(t('listComma')) })}</div>
            )}
            {files.length > 0 && <CaseGallery of={of} files={of.files.filter((file) => files.includes(file.id))} />}
          </li>
        ))}
      </ul>
      <CommentForm of={of} />
    </>
  );
}

function CommentForm({ of }: { of: CaseRecord }) {
  const { t } = useI18n(words);
  const [form] = Form.useForm<Said>();
  const faults = useFaults(form);
  const filesSent = useFilesSent();
  const changed = useCaseChanged(of.id);
  const candidates = useCandidates(of.id, true).data;
  const [busy, setBusy] = useState(false);
  // A field that was sent begins anew: what it held belongs to the comment.
  const [round, next] = useState(0);
  // What is sent again because no answer came is said once.
  const [key, setKey] = useState(() => crypto.randomUUID());
  const say = async (said: Said) => {
    setBusy(true);
    try {
      const params = { path: { id: of.id }, header: { 'idempotency-key': key } };
      await done(client.POST('/api/cases/{id}/comments', { params, body: said as never }));
      setKey(crypto.randomUUID());
      form.resetFields();
      next((before) => before + 1);
      changed();
    } catch (error) {
      if (error instanceof ProblemError && error.status >= 400 && error.status < 500) setKey(crypto.randomUUID());
      faults(error);
    }
    setBusy(false);
  };
  return (
    <Form<Said> form={form} name="comment" layout="vertical" onFinish={(said) => void say(said)}>
      <Form.Item
        name="text"
        label={t('commentsText')}
        rules={[{ required: true, whitespace: true, message: t('fieldNeeded') }]}
      >
        <Input.TextArea rows={3} maxLength={2000} showCount />
      </Form.Item>
      <Form.Item name="mentions" label={t('commentsCall')}>
        <Select
          mode="multiple"
          maxCount={20}
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          options={(candidates?.readers ?? []).map(({ account, name, post }) => ({
            value: account,
            label: post ? `${name}（${post}）` : name,
          }))}
        />
      </Form.Item>
      <Form.Item name="files" rules={[filesSent]}>
        <FileField key={round} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        {t('commentsSend')}
      </Button>
    </Form>
  );
}
