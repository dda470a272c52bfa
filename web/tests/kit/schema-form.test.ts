import { expect, test } from 'vitest';
import { check } from '../../src/kit/form/schema/check';
import { type SchemaForm, toSend } from '../../src/kit/form/schema/form';

const title = { zh: '项', en: 'Field' };
/** The form of `tests/suite/forms.rs`: both sides find the same faults in it. */
const visit: SchemaForm = {
  title,
  schema: {
    type: 'object',
    required: ['to', 'kind'],
    properties: {
      to: { type: 'string', minLength: 1, maxLength: 4 },
      kind: { type: 'string', enum: ['care', 'check'] },
      people: { type: 'integer', minimum: 0, maximum: 9 },
      signs: { type: 'array', items: { enum: ['gas', 'fire'] }, uniqueItems: true, maxItems: 2 },
      number: { type: ['string', 'null'], pattern: '^[0-9]{4}$' },
      done: { type: 'boolean' },
    } as never,
  },
  layout: [
    { field: 'to', title, kind: 'text' },
    { field: 'kind', title, kind: 'choice' },
    { field: 'people', title, kind: 'number', only_if: { field: 'kind', is: 'check' as never } },
    { field: 'signs', title, kind: 'choices' },
    { field: 'number', title, kind: 'text' },
    { field: 'done', title, kind: 'yes_no' },
  ],
};

test.each([
  [{ to: '张三', kind: 'care', signs: ['gas'], number: '0042', done: true }, []],
  [
    {},
    [
      ['to', 'required'],
      ['kind', 'required'],
    ],
  ],
  [{ to: '  ', kind: 'care' }, [['to', 'required']]],
  [
    { to: '一二三四五', kind: 'check', people: 10, signs: ['gas', 'gas'], number: '4', done: 'yes' },
    [
      ['to', 'formAtMostChars'],
      ['people', 'formNotAbove'],
      ['signs', 'formTwice'],
      ['number', 'formPattern'],
      ['done', 'formWrong'],
    ],
  ],
  [{ to: '张三', kind: 'check', people: -1 }, [['people', 'formNotBelow']]],
  // What isn't asked for isn't looked at.
  [{ to: '张三', kind: 'care', people: 99 }, []],
] as const)('%j is found to be wrong in %j', (filled, expected) => {
  const found = check(visit, filled).map(({ field, key }) => [field, key]);
  expect(found.toSorted()).toEqual(expected.map((one) => [...one]).toSorted());
});

test('a limit stands in what is said of it', () => {
  expect(check(visit, { to: '一二三四五', kind: 'care' })).toEqual([
    { field: 'to', key: 'formAtMostChars', values: { n: '4' } },
  ]);
});

test('what is sent has no blanks around it, nothing in place of what is empty, and only what was asked for', () => {
  expect(toSend(visit, { to: ' 张三 ', kind: 'care', people: 3, number: '', done: false, signs: [] })).toEqual({
    to: '张三',
    kind: 'care',
    number: null,
    done: false,
    signs: [],
  });
});
