import { DatePicker, Input, InputNumber, Radio, Select, Switch } from 'antd';
import dayjs from 'dayjs';
import { useI18n } from '../../../i18n';
import { fromPicker, toPicker } from '../../../i18n/clock';
import { Picker } from '../../pick/Picker';
import { RegionPicker } from '../../pick/RegionPicker';
import type { FormField, ValueSchema } from './form';

interface Props {
  field: FormField;
  schema: ValueSchema;
  isFirst: boolean;
  /** What the caller gives it beside. */
  given?: object;
  // What a form's item gives its control.
  id?: string;
  checked?: boolean;
  value?: unknown;
  onChange?: (value: unknown) => void;
}

/** So many options are seen at once; more are listed when they are asked for. */
const AT_ONCE = 3;
const DAY = 'YYYY-MM-DD';
const numbers = (value: unknown): number[] => (Array.isArray(value) ? value.map(Number) : []);

/** The control of a field, by its kind. What it holds is what is sent: ids and codes are numbers, days and moments texts. */
export function Control({ field, schema, isFirst, given = {}, id, checked, value, onChange = () => {} }: Props) {
  const { title } = useI18n();
  const own = id === undefined ? {} : { id };
  const longest = schema.maxLength === undefined ? {} : { maxLength: schema.maxLength };
  const options = (field.options ?? []).map((option) => ({
    value: option.value as unknown as string,
    label: title(option.title),
  }));
  switch (field.kind) {
    case 'text':
      return (
        <Input
          {...own}
          {...longest}
          {...given}
          value={(value as string | null) ?? ''}
          autoFocus={isFirst}
          onChange={({ target }) => onChange(target.value)}
        />
      );
    case 'long_text':
      return (
        <Input.TextArea
          {...own}
          {...longest}
          {...given}
          rows={3}
          showCount={schema.maxLength !== undefined}
          value={(value as string | null) ?? ''}
          onChange={({ target }) => onChange(target.value)}
        />
      );
    case 'number':
      return (
        <InputNumber<number>
          {...own}
          {...given}
          {...([schema.type].flat().includes('integer') ? { precision: 0 } : {})}
          {...(schema.minimum === undefined ? {} : { min: schema.minimum })}
          {...(schema.maximum === undefined ? {} : { max: schema.maximum })}
          value={value as number | null}
          onChange={onChange}
        />
      );
    case 'yes_no':
      return <Switch {...own} {...given} checked={checked ?? false} onChange={onChange} />;
    case 'choice':
      return options.length <= AT_ONCE ? (
        <Radio.Group
          {...own}
          {...given}
          options={options}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      ) : (
        <Select
          {...own}
          {...given}
          options={options}
          value={value as string}
          showSearch={{ optionFilterProp: 'label' }}
          onChange={onChange}
        />
      );
    case 'choices':
      return (
        <Select
          {...own}
          {...given}
          mode="multiple"
          options={options}
          value={(value as string[] | undefined) ?? []}
          showSearch={{ optionFilterProp: 'label' }}
          onChange={onChange}
        />
      );
    case 'texts':
      return (
        <Select
          {...own}
          {...given}
          mode="tags"
          open={false}
          suffixIcon={null}
          tokenSeparators={[' ', ',', '，', '、', '\n']}
          value={(value as string[] | undefined) ?? []}
          onChange={onChange}
        />
      );
    case 'date':
      return (
        <DatePicker
          {...own}
          {...given}
          format={DAY}
          value={typeof value === 'string' && value !== '' ? dayjs(value) : null}
          onChange={(picked) => onChange(picked?.format(DAY))}
        />
      );
    case 'moment':
      return (
        <DatePicker
          {...own}
          {...given}
          showTime={{ format: 'HH:mm' }}
          format={`${DAY} HH:mm`}
          value={typeof value === 'string' && value !== '' ? toPicker(value) : null}
          onChange={(picked) => onChange(picked ? fromPicker(picked) : undefined)}
        />
      );
    case 'region':
      return (
        <RegionPicker
          {...own}
          {...given}
          value={typeof value === 'number' ? String(value) : ''}
          onChange={(code) => onChange(code ? Number(code) : undefined)}
        />
      );
    case 'regions':
      return (
        <RegionPicker
          {...own}
          {...given}
          multiple
          {...(schema.maxItems === undefined ? {} : { maxCount: schema.maxItems })}
          value={numbers(value).map(String)}
          onChange={(codes) => onChange(codes.map(Number))}
        />
      );
    default:
      return <Picker of={field.of ?? field.kind} given={given} {...own} value={value} onChange={onChange} />;
  }
}
