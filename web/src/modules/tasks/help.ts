import type { HelpSection } from '../../kit/module';

/** How the pages of this module are used, for who works with them. */
const help: readonly HelpSection[] = [
  {
    path: '/tasks',
    title: '待办',
    text: [
      '“待办”列出等待您办理的任务：已在您手中的，以及您所在岗位可以领取的。最急的排在最前。',
      '点击“领取”后，任务只由您办理，他人不能再领；不能办理时点“退回”，他人即可领取。',
      '点击编号打开事件，在页面上方选择下一步操作。',
      '黄灯表示时限已用去八成，红灯表示已超期。紧急事件昼夜计时，其他事件按工作时间计时。',
    ],
  },
  {
    path: '/flows',
    title: '流程',
    text: [
      '图中方框是事件办理的环节，连线是可以进行的操作；数字来自所选时段内您辖区的办理记录。',
      '点击“此刻在办”的件数，查看停留在该环节的事件。',
    ],
  },
];

export default help;
