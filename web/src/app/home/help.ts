import type { HelpSection } from '../../kit/module';

/** How the home page and the frame around every page are used. */
const help: readonly HelpSection[] = [
  {
    title: '首页',
    text: [
      '首页最多显示六张卡片，内容由您当前的岗位决定：待审批的申请、未读消息、超期事件等。点击卡片中的一行，即打开相应的列表或记录。',
      '兼任多个岗位的，可在右上角切换岗位；切换后，页面、数据范围和首页卡片随之变化。',
    ],
  },
  {
    title: '查找和导航',
    text: [
      '按 Ctrl+K 或点击顶部搜索框，可查找区划、道路、建筑、单位、人员、门牌和页面，支持拼音首字母。',
      '左侧按组列出您可以使用的页面，底部按钮可收起或展开；手机上使用底部导航，“更多”列出全部页面。',
      '顶部的铃铛是发给您的消息；“新建”列出您可以发起的业务；“？”打开所在页面的帮助。',
    ],
  },
];

export default help;
