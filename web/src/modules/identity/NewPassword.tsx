import './identity.css';
import { CheckCircleFilled, MinusCircleOutlined } from '@ant-design/icons';
import { Form, Input } from 'antd';
import { useI18n } from '../../i18n';
import { kept, LEAST, passwordRules } from './passwordRules';
import { words } from './words';

interface Props {
  login: string;
  name: string;
  least?: number;
}

/** A new password, twice, with what it needs told as it is typed. Belongs into a form; its field is `password`. */
export function NewPassword({ login, name, least = LEAST }: Props) {
  const { t } = useI18n(words);
  const form = Form.useFormInstance();
  const password = (Form.useWatch('password', form) as string | undefined) ?? '';
  const again = (Form.useWatch('again', form) as string | undefined) ?? '';
  const met = kept({ password, again, login, name, least });
  // What is in the fields as they are sent, which may be newer than what is drawn: Enter comes right after the last letter.
  const sent = () => {
    const fields = form.getFieldsValue(['password', 'again']) as { password?: string; again?: string };
    return kept({ password: fields.password ?? '', again: fields.again ?? '', login, name, least });
  };
  const sentence = (rule: (typeof passwordRules)[number]) => t(`passwordRule_${rule}`, { least: String(least) });
  return (
    <>
      {/* Keepers of passwords look for whose it is. */}
      <input className="unseen" type="text" autoComplete="username" value={login} readOnly tabIndex={-1} aria-hidden />
      <Form.Item
        name="password"
        label={t('passwordNew')}
        validateTrigger="onSubmit"
        rules={[
          {
            validator: () => {
              const now = sent();
              const broken = passwordRules.find((rule) => rule !== 'same' && !now[rule]);
              return broken ? Promise.reject(new Error(sentence(broken))) : Promise.resolve();
            },
          },
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={128} />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('passwordAgain')}
        validateTrigger="onSubmit"
        rules={[
          { validator: () => (sent().same ? Promise.resolve() : Promise.reject(new Error(t('passwordDiffers')))) },
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={128} />
      </Form.Item>
      <ul className="rules" aria-label={t('passwordRules')}>
        {passwordRules.map((rule) => (
          <li key={rule} data-met={met[rule]}>
            {met[rule] ? (
              <CheckCircleFilled aria-label={t('passwordRuleMet')} />
            ) : (
              <MinusCircleOutlined aria-label={t('passwordRuleOpen')} />
            )}
            {sentence(rule)}
          </li>
        ))}
      </ul>
    </>
  );
}
