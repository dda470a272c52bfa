import type { HelpSection } from '../../kit/module';

/** How the pages of this module are used, for who works with them. */
const help: readonly HelpSection[] = [
  {
    title: '事件',
    text: [
      '“在办”是尚未办结的事件，“超期”是已过办理时限仍未办结的事件（挂账的不计），“全部”包括已结案的。',
      '查询条件、排序和视图都写在地址里，可以收藏、另存为常用列表，或发给同事。',
      '点击一行，右侧地图标出它的位置；点击地图上的点，列表中对应的一行也会选中。点击事件编号打开详情。',
      '“下载”按当前条件导出 Excel 或 CSV，最多一万行，并记入审计。',
      '涉及敏感类别的事件不在此列出。',
    ],
  },
];

export default help;
