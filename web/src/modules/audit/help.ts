import type { HelpSection } from '../../kit/module';

/** How the pages of this module are used, for who works with them. */
const help: readonly HelpSection[] = [
  {
    title: '安全审计',
    text: [
      '按时间、人员、操作、对象查找记录，条件写在地址中，可以收藏或转发给有权限的人。',
      '“异常提醒”列出系统发现的不寻常行为，逐条核实并填写结论。',
      '“封存链”说明记录是否被改动过：显示“完整”即未被改动。',
    ],
  },
];

export default help;
