import type { HelpSection } from '../../kit/module';

/** How the pages of this module are used, for who works with them. */
const help: readonly HelpSection[] = [
  {
    title: '数字证书',
    text: [
      '在这里登记可信的证书颁发机构，并查看其吊销列表是否在有效期内。',
      '吊销列表过期后，该机构颁发的证书不能登录；请检查列表来源，或手工上传新的列表。',
      '新登记的颁发机构须由系统管理员同意后才生效。',
    ],
  },
];

export default help;
