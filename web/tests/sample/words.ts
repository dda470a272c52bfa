import type { SharedKey, Words } from '../../src/i18n';

const zh = {
  wellName: '名称',
  wellState: '状态',
  wellDepth: '深度（米）',
  wellInspected: '最近巡检',
  wellsNone: '没有符合条件的水井。',
  wellVersions: '变更记录',
  wellBy: '变更人',
  wellWhy: '原因',
  wellUnknown: '没有这口水井，或不在您的管辖范围内。',
};

const en: Record<keyof typeof zh, string> = {
  wellName: 'Name',
  wellState: 'State',
  wellDepth: 'Depth, m',
  wellInspected: 'Last inspected',
  wellsNone: 'No wells like these.',
  wellVersions: 'What it was',
  wellBy: 'Changed by',
  wellWhy: 'Why',
  wellUnknown: 'There is no such well, or it isn’t in your regions.',
};

export const words = { 'zh-CN': zh, en } satisfies Words;
export type TextKey = keyof typeof zh | SharedKey;
