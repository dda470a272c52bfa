import { Form } from 'antd';
import { useI18n } from '../../../i18n';
import { Control } from './Control';
import { check } from './check';
import { type Filled, type FormField, isAsked, type SchemaForm } from './form';

interface Props {
  form: SchemaForm;
  /** What a field's control is given beside its value, by field: what can't be chosen, for one. */
  controls?: Readonly<Record<string, object>>;
}

/** The fields of a form as its layout has them, each checked by the form's schema. */
export function SchemaFields({ form, controls = {} }: Props) {
  const instance = Form.useFormInstance();
  const filled = (Form.useWatch([], instance) as Filled | undefined) ?? {};
  return form.layout
    .filter((field) => isAsked(field, filled))
    .map((field, at) => (
      <Row
        key={field.field}
        form={form}
        field={field}
        isFirst={at === 0}
        {...(controls[field.field] ? { control: controls[field.field] } : {})}
      />
    ));
}

function Row({
  form,
  field,
  isFirst,
  control,
}: {
  form: SchemaForm;
  field: FormField;
  isFirst: boolean;
  control?: object | undefined;
}) {
  const { t, title } = useI18n();
  return (
    <Form.Item
      name={field.field}
      label={title(field.title)}
      required={form.schema.required?.includes(field.field) ?? false}
      extra={field.hint && title(field.hint)}
      {...(field.kind === 'yes_no' ? { valuePropName: 'checked' } : {})}
      rules={[
        ({ getFieldsValue }) => ({
          validator: () => {
            const fault = check(form, getFieldsValue(true) as Filled).find((one) => one.field === field.field);
            return fault ? Promise.reject(new Error(t(fault.key, fault.values))) : Promise.resolve();
          },
        }),
      ]}
    >
      <Control
        field={field}
        schema={form.schema.properties[field.field] ?? {}}
        isFirst={isFirst}
        {...(control ? { given: control } : {})}
      />
    </Form.Item>
  );
}
