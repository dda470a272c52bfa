import type { HelpSection } from '../../kit/module';

/** How the pages of this module are used, for who works with them. */
const help: readonly HelpSection[] = [
  {
    path: '/map',
    title: '地图',
    text: [
      '左侧是图层，打开后在地图上显示；拖动可调整上下次序。右侧是当前区域的统计，点击地图上的网格、社区即统计该区域。',
      '工具栏可画多边形、圆、沿线缓冲区，也可以输入坐标；画好后右侧即为该范围的统计，拖动控制点可以修改。',
      '“专题图”按指标给辖区着色，“对比”并列几个区域或两个时段，“收藏”保存常用区域和视图。',
      '点击地图上的要素打开卡片，“周边”统计其 200、500、1000 米范围。',
    ],
  },
  {
    title: '键盘',
    text: ['按 ? 查看快捷键，F6 在各部分之间移动，Ctrl+K 搜索。'],
  },
];

export default help;
