import type { SharedKey } from '../../i18n';

const zh = {
  casesToday: '今日案件',
  casesReported: '今日上报',
  casesEnded: '今日办结',
  casesOpen: '在办',
  casesOverdue: '超期',
  againstYesterday: '昨日同期 {n}',
  casesTrend: '近 {days} 日每日上报数',
  casesOnTime: '近 {days} 日按时办结率 {share}',
  overdueTitle: '超期较多的辖区',
  overdueNone: '当前没有超期案件。',
  overdueOf: '超期 {n} · 在办 {open}',
  weekTitle: '近 7 天与前 7 天',
  weekNone: '近 7 天没有上报的案件。',
  weekOf: '{n} 件 · 前 7 天 {was} 件 {change}',
  limitOver: '已超期 {length}',
  limitLeft: '剩余 {length}',
  limitEnded: '按时结案',
  limitEndedLate: '超期 {length}结案',
  limitSuspended: '已挂起，暂停计时',
  detailsClock: '时限情况',
  detailsHandler: '责任单位',
  detailsHandlerNone: '未登记',
};

const en: Record<keyof typeof zh, string> = {
  casesToday: 'Cases today',
  casesReported: 'Reported',
  casesEnded: 'Settled',
  casesOpen: 'Open',
  casesOverdue: 'Overdue',
  againstYesterday: 'yesterday {n}',
  casesTrend: 'Reported a day, the past {days} days',
  casesOnTime: 'Settled in time, the past {days} days: {share}',
  overdueTitle: 'Most overdue',
  overdueNone: 'No case is overdue.',
  overdueOf: '{n} overdue of {open} open',
  weekTitle: 'Past 7 days against the 7 before',
  weekNone: 'Nothing was reported in 7 days.',
  weekOf: '{n} · {was} before {change}',
  limitOver: 'Overdue by {length}',
  limitLeft: '{length} left',
  limitEnded: 'Settled in time',
  limitEndedLate: 'Settled {length} late',
  limitSuspended: 'Suspended, the clock stands still',
  detailsClock: 'Time limit',
  detailsHandler: 'Department',
  detailsHandlerNone: 'Not recorded',
};

export const words = { 'zh-CN': zh, en };
/** What this module's pages may say. */
export type TextKey = keyof typeof zh | SharedKey;
