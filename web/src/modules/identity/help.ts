import type { HelpSection } from '../../kit/module';

/** How the pages of this module are used, for who works with them. */
const help: readonly HelpSection[] = [
  {
    path: '/admin',
    title: '用户概况',
    text: [
      '这里汇总待办理的权限申请、各状态的用户数，以及三类管理员是否配齐。',
      '点击卡片右上角的“查看”进入相应列表。',
    ],
  },
  {
    path: '/admin/people',
    title: '机构与用户',
    text: [
      '左侧是机构树，可按名称查找；选中机构后，右侧列出该机构的用户和岗位。',
      '“邀请用户”生成一次性启用链接，由本人设置口令；“批量导入”按模板一次建立多个账号，导入前先逐行检查。',
      '列表可按表头排序、按状态筛选，“下载”得到与当前筛选一致的 Excel 文件。',
    ],
  },
  {
    path: '/admin/roles',
    title: '角色',
    text: ['角色是一组权限。修改角色要由安全管理员同意后生效。', '表头为权限名称，勾选表示该角色具有此权限。'],
  },
  {
    path: '/admin/requests',
    title: '权限申请',
    text: [
      '提高权限的操作由一名管理员提出、另一名管理员同意，本人提出的申请不能由本人批准。',
      '同意或不同意都要写明意见，处理结果通过“消息”告知申请人。',
    ],
  },
  {
    path: '/admin/policy',
    title: '安全策略',
    text: ['口令长度、有效期、登录失败锁定、会话时长等在这里规定，修改须经安全管理员同意。'],
  },
  {
    path: '/account',
    title: '我的账号',
    text: [
      '查看本人岗位和登录设备，修改口令，启用或停用双因素认证。',
      '发现陌生的登录会话，请立即结束该会话并修改口令。',
    ],
  },
];

export default help;
