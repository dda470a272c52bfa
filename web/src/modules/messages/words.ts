import type { SharedKey } from '../../i18n';

const zh = {
  messages: '消息',
  messagesUnread: '消息：{n} 条未读',
  messagesShown: '显示哪些消息',
  messagesAll: '全部',
  messagesOnlyUnread: '未读',
  messagesReadAll: '全部标为已读',
  messagesNone: '还没有消息。',
  messagesNoneUnread: '没有未读消息。',
  messagesMore: '更早的消息',
  messagesByToken: '您是用访问令牌登录的，令牌没有消息。',
  messageOpen: '前往',
  messageRead: '标为已读',
};

const en: Record<keyof typeof zh, string> = {
  messages: 'Messages',
  messagesUnread: 'Messages: {n} unread',
  messagesShown: 'Which messages are shown',
  messagesAll: 'All',
  messagesOnlyUnread: 'Unread',
  messagesReadAll: 'Mark all as read',
  messagesNone: 'There are no messages yet.',
  messagesNoneUnread: 'There are no unread messages.',
  messagesMore: 'Earlier messages',
  messagesByToken: 'You came in by a token, and a token has no messages.',
  messageOpen: 'Go there',
  messageRead: 'Mark as read',
};

export const words = { 'zh-CN': zh, en };
/** What this module's pages may say. */
export type TextKey = keyof typeof zh | SharedKey;
