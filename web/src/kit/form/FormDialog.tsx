import { App, Form, type FormInstance, type FormProps, Modal } from 'antd';
import { type ReactNode, useRef, useState } from 'react';
import { useI18n } from '../../i18n';
import { useFaults } from './faults';

/** Where one writes or chooses first. */
const FIELDS = 'input:not([type="file"]):not([disabled]), textarea:not([disabled])';

interface Props<Values extends object> {
  /** The form's name, by which its fields are told apart. */
  name: string;
  title: ReactNode;
  /** What the button says that sends it; "save" where it isn't given. */
  okText?: string;
  isDanger?: boolean;
  /** Nothing was changed yet that could be sent. */
  isUnchanged?: boolean;
  /** A click beside it doesn't close it: what was filled in took trouble. */
  isFirm?: boolean;
  width?: number;
  /** One that the caller watches or sets; its own where it isn't given. */
  form?: FormInstance<Values>;
  initialValues?: FormProps['initialValues'];
  requiredMark?: FormProps['requiredMark'];
  /** Sends what was filled in; gives what is said once that is done, nothing where nothing is to be said. */
  onSubmit: (values: Values) => Promise<string | undefined>;
  /** After each try, whatever came of it. */
  onSettled?: () => void;
  onClose: () => void;
  children: ReactNode;
  testId?: string;
}

/** Asks for something in a dialog: what the server finds wrong stands at its field, and the dialog stays until all is right. */
export function FormDialog<Values extends object>(props: Props<Values>) {
  const { name, title, okText, width, initialValues, requiredMark, onSubmit, onSettled, onClose } = props;
  const { t } = useI18n();
  const { message } = App.useApp();
  const [own] = Form.useForm<Values>();
  const form = props.form ?? own;
  const faults = useFaults(form);
  const inside = useRef<HTMLDivElement>(null);
  const [busy, setBusy] = useState(false);
  const sending = useRef(false);
  const submit = async (values: Values) => {
    if (sending.current) return;
    sending.current = true;
    setBusy(true);
    try {
      const said = await onSubmit(values);
      if (said) void message.success(said);
      onClose();
    } catch (error) {
      faults(error);
    }
    onSettled?.();
    sending.current = false;
    setBusy(false);
  };
  return (
    <Modal
      open
      {...(width === undefined ? {} : { width })}
      title={title}
      okText={okText ?? t('save')}
      okButtonProps={{ danger: props.isDanger ?? false, disabled: props.isUnchanged ?? false }}
      mask={{ closable: !props.isFirm }}
      confirmLoading={busy}
      onOk={form.submit}
      onCancel={onClose}
      afterOpenChange={(isOpen) => {
        // Who opened it by a key goes on with the keys; who writes already is left alone.
        const fields = inside.current;
        if (isOpen && fields && !fields.contains(document.activeElement))
          fields.querySelector<HTMLElement>(FIELDS)?.focus({ preventScroll: true });
      }}
    >
      <div ref={inside}>
        <Form<Values>
          form={form}
          onKeyDown={(event) => {
            const isSent = event.key === 'Enter' && (event.ctrlKey || event.metaKey);
            // Once, also while the keys are held down.
            if (isSent && !event.repeat && !props.isUnchanged) form.submit();
          }}
          name={name}
          layout="vertical"
          scrollToFirstError={{ focus: true }}
          {...(initialValues === undefined ? {} : { initialValues })}
          {...(requiredMark === undefined ? {} : { requiredMark })}
          onFinish={(values) => void submit(values)}
          data-testid={props.testId}
        >
          {props.children}
        </Form>
      </div>
    </Modal>
  );
}
