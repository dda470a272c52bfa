import { useQuery } from '@tanstack/react-query';
import { client, type Schemas, take } from '../../../api/client';

export type FormField = Schemas['FormField'];

/** A form as the server serves it: what may be filled in, and how it is asked for. */
export type SchemaForm = Omit<Schemas['FormDocument'], 'schema'> & { schema: ObjectSchema };

/** As much of a JSON Schema as the page itself reads; the rest is the validator's. */
export interface ValueSchema {
  type?: string | readonly string[];
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: ValueSchema;
}
export interface ObjectSchema {
  type: 'object';
  properties: Readonly<Record<string, ValueSchema>>;
  required?: readonly string[];
}

/** What is filled in, by field. */
export type Filled = Readonly<Record<string, unknown>>;

/** A form by its name. It changes with the program only. */
export function useSchemaForm(name: string) {
  return useQuery({
    queryKey: ['form', name],
    queryFn: async () =>
      (await take(client.GET('/api/forms/{name}', { params: { path: { name } } }))) as unknown as SchemaForm,
    staleTime: Infinity,
  });
}

export const isNullable = ({ type }: ValueSchema): boolean => Array.isArray(type) && type.includes('null');

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** Whether a field is asked for as things stand. */
export const isAsked = ({ only_if }: FormField, filled: Filled): boolean =>
  !only_if || JSON.stringify(filled[only_if.field]) === JSON.stringify(only_if.is);

/** What stands in a form at first: what was given, and no where yes or no is asked for. */
export const atFirst = ({ layout }: SchemaForm, given: Filled): Filled => ({
  ...Object.fromEntries(layout.flatMap(({ field, kind }) => (kind === 'yes_no' ? [[field, false]] : []))),
  ...given,
});

/** What is sent of what was filled in: texts without blanks around them, nothing in place of what is empty. */
export function toSend({ schema, layout }: SchemaForm, filled: Filled): Record<string, unknown> {
  const sent: Record<string, unknown> = {};
  for (const field of layout) {
    if (!isAsked(field, filled)) continue;
    const given = filled[field.field];
    const value = typeof given === 'string' ? given.trim() : given;
    const property = schema.properties[field.field] ?? {};
    if (!isEmpty(value)) sent[field.field] = value;
    else if (isNullable(property)) sent[field.field] = null;
    else if (Array.isArray(value) && !(property.minItems ?? 0)) sent[field.field] = [];
  }
  return sent;
}
