import type { HelpSection } from '../../kit/module';

/** How the pages of this module are used, for who works with them. */
const help: readonly HelpSection[] = [
  {
    path: '/wall',
    title: '指挥大屏',
    text: [
      '大屏按 1080 像素高设计，适合 1920×1080 的单屏和 3840×1080 的双屏。',
      '顶部切换主题，点击排行中的辖区逐级下钻，空格键回放事件的历史。',
      '右上角的按钮返回地图。',
    ],
  },
  {
    path: '/director',
    title: '导播台',
    text: [
      '先在左侧小地图上确定视角，再选择主题、指标和面板，最后点击发送到大屏。',
      '“标线”和“聚光”用来在大屏上指出位置；场景可以保存后一键切换。',
    ],
  },
];

export default help;
