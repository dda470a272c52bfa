import type { HelpSection } from '../../kit/module';

/** How the pages of this module are used, for who works with them. */
const help: readonly HelpSection[] = [
  {
    path: '/people',
    title: '人口档案',
    text: ['证件号码、电话等敏感内容默认隐去。确需查看时点击“眼睛”，填写用途后显示一分钟；每次查看都记入审计。'],
  },
  {
    path: '/people/exports',
    title: '明文导出',
    text: ['导出含完整证件号码的名单，须先提出申请并写明用途，由另一人同意后在有效期内下载一次。'],
  },
];

export default help;
