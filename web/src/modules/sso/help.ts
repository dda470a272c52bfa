import type { HelpSection } from '../../kit/module';

/** How the pages of this module are used, for who works with them. */
const help: readonly HelpSection[] = [
  {
    path: '/portal',
    title: '应用门户',
    text: ['这里列出您可以直接进入的其他系统，点击后无需再次登录。'],
  },
  {
    path: '/admin/systems',
    title: '单点登录',
    text: [
      '登记使用统一登录的系统，得到其标识和密钥；密钥只显示一次。',
      '也可以登记上级平台，由其认证的用户登录本系统。',
    ],
  },
];

export default help;
