import type { SchemaForm } from '../../kit/form/schema/form';

const title = (zh: string, en: string) => ({ zh, en });

/** A form with a field of every kind, to show how each looks and what it says when it is wrong. */
export const MADE_FORM: SchemaForm = {
  title: title('走访登记', 'Visit'),
  schema: {
    type: 'object',
    required: ['to', 'kind', 'region'],
    properties: {
      to: { type: 'string', minLength: 1, maxLength: 20 },
      kind: { type: 'string' },
      urgent: { type: 'boolean' },
      until: { type: 'string' },
      people: { type: 'integer', minimum: 0, maximum: 99 },
      signs: { type: 'array', maxItems: 3 },
      day: { type: 'string' },
      region: { type: 'integer' },
      agency: { type: ['integer', 'null'] },
      person: { type: ['integer', 'null'] },
      place: { type: 'array' },
      note: { type: 'string', maxLength: 200 },
    },
  },
  layout: [
    { field: 'to', title: title('走访对象', 'Visited'), kind: 'text', hint: title('姓名或单位名称', 'A name') },
    {
      field: 'kind',
      title: title('走访类型', 'Kind'),
      kind: 'choice',
      options: [
        { value: 'visit', title: title('日常走访', 'Visit') },
        { value: 'care', title: title('关爱帮扶', 'Care') },
        { value: 'check', title: title('情况核查', 'Check') },
      ] as never,
    },
    { field: 'urgent', title: title('需要跟进', 'To be followed up'), kind: 'yes_no' },
    {
      field: 'until',
      title: title('跟进时限', 'Until'),
      kind: 'moment',
      only_if: { field: 'urgent', is: true as never },
    },
    { field: 'people', title: title('在场人数', 'People there'), kind: 'number' },
    {
      field: 'signs',
      title: title('发现隐患', 'Signs'),
      kind: 'choices',
      options: [
        { value: 'gas', title: title('燃气', 'Gas') },
        { value: 'fire', title: title('消防通道', 'Fire lane') },
        { value: 'wire', title: title('私拉电线', 'Wires') },
        { value: 'alone', title: title('老人独居', 'Lives alone') },
      ] as never,
    },
    { field: 'day', title: title('走访日期', 'Day'), kind: 'date' },
    { field: 'region', title: title('所在网格', 'Grid'), kind: 'region' },
    { field: 'agency', title: title('责任单位', 'Agency'), kind: 'record', of: 'agency' },
    { field: 'person', title: title('住户', 'Resident'), kind: 'person' },
    { field: 'place', title: title('位置', 'Place'), kind: 'place' },
    { field: 'note', title: title('情况记录', 'Note'), kind: 'long_text' },
  ],
};
