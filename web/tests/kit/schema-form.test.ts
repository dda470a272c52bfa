import { expect, test } from 'vitest';
import shared from '../../../tests/forms/visit.json';
import { speaker } from '../../src/i18n';
import { check } from '../../src/kit/form/schema/check';
import { atFirst, type SchemaForm, toSend } from '../../src/kit/form/schema/form';

/** The form and the cases of `tests/suite/forms.rs`: both sides find the same faults in the same values. */
const visit = shared.form as unknown as SchemaForm;
const t = speaker({ 'zh-CN': {}, en: {} }, 'zh-CN');

test.each(shared.cases)('$filled is found to be wrong in $faults', ({ filled, faults }) => {
  const found = Object.fromEntries(check(visit, filled).map(({ field, key, values }) => [field, t(key, values)]));
  expect(Object.keys(found).toSorted()).toEqual(Object.keys(faults).toSorted());
  for (const [field, words] of Object.entries(faults)) if (words !== null) expect(found[field]).toBe(words);
});

test('what is not asked for is not looked at, as it is not sent', () => {
  expect(check(visit, { to: '张三', kind: 'care', people: 99 })).toEqual([]);
});

test('where yes or no is asked for, it is no until it is said', () => {
  expect(atFirst(visit, { to: '张三' })).toEqual({ to: '张三', done: false });
  expect(atFirst(visit, { done: true })).toEqual({ done: true });
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
