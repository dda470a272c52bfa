import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema';
import type { SharedKey } from '../../../i18n';
import { type Filled, type SchemaForm, toSend, type ValueSchema } from './form';

/** What is wrong with a field: a text's key, and what stands in it. */
export interface SchemaFault {
  field: string;
  key: SharedKey;
  values: Readonly<Record<string, string>>;
}

const validators = new WeakMap<object, Validator>();

function validatorOf({ schema }: SchemaForm): Validator {
  const known = validators.get(schema);
  if (known) return known;
  const made = new Validator(schema as Schema, '2020-12', false);
  validators.set(schema, made);
  return made;
}

/** Words that say that something below is wrong, and nothing more. */
const WRAPPERS = new Set(['properties', 'items', 'prefixItems', 'allOf', '$ref']);

/** What a form's schema finds wrong with what was filled in: the server asks the same when it is sent. */
export function check(form: SchemaForm, filled: Filled): SchemaFault[] {
  const { errors } = validatorOf(form).validate(toSend(form, filled));
  const faults: SchemaFault[] = [];
  for (const error of errors) {
    if (WRAPPERS.has(error.keyword)) continue;
    const field = fieldOf(error);
    if (field === null || faults.some((known) => known.field === field)) continue;
    const schema = form.schema.properties[field] ?? {};
    // A fault within a list is one of its items.
    const isWithin = error.instanceLocation.split('/').length > 2;
    faults.push({ field, ...said(error.keyword, isWithin ? (schema.items ?? {}) : schema) });
  }
  return faults;
}

function fieldOf({ keyword, instanceLocation, error }: OutputUnit): string | null {
  // A missing field is told at the object that lacks it.
  if (keyword === 'required') return /"(.+)"/.exec(error)?.[1] ?? null;
  return instanceLocation.split('/')[1]?.replaceAll('~1', '/').replaceAll('~0', '~') ?? null;
}

function said(keyword: string, schema: ValueSchema): Omit<SchemaFault, 'field'> {
  const number = (key: SharedKey, n: number | undefined) => ({ key, values: { n: String(n ?? '') } });
  switch (keyword) {
    case 'required':
      return { key: 'required', values: {} };
    case 'minLength':
      return (schema.minLength ?? 1) > 1
        ? number('formAtLeastChars', schema.minLength)
        : { key: 'required', values: {} };
    case 'maxLength':
      return number('formAtMostChars', schema.maxLength);
    case 'minItems':
      return (schema.minItems ?? 1) > 1 ? number('formAtLeastItems', schema.minItems) : { key: 'required', values: {} };
    case 'maxItems':
      return number('formAtMostItems', schema.maxItems);
    case 'minimum':
      return number('formNotBelow', schema.minimum);
    case 'maximum':
      return number('formNotAbove', schema.maximum);
    case 'uniqueItems':
      return { key: 'formTwice', values: {} };
    case 'pattern':
    case 'format':
      return { key: 'formPattern', values: {} };
    default:
      return { key: 'formWrong', values: {} };
  }
}
