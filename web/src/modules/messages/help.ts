import type { HelpSection } from '../../kit/module';

/** How the pages of this module are used, for who works with them. */
const help: readonly HelpSection[] = [
  {
    title: '消息',
    text: [
      '系统通知、权限申请的结果、账号安全提示都在这里。',
      '点击“查看”打开消息所指的页面，同时标记为已读；也可以一次全部标为已读。',
    ],
  },
];

export default help;
