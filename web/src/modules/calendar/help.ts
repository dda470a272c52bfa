import type { HelpSection } from '../../kit/module';

/** How the pages of this module are used, for who works with them. */
const help: readonly HelpSection[] = [
  {
    title: '工作日历',
    text: [
      '绿色“休”是节假日，橙色“班”是调休上班日；其余日子按每周工作日计算。各类时限都以此为准。',
      '国务院办公厅发布下一年节假日安排后，点击“粘贴通知”，把通知全文粘贴进来，系统读出日期，核对后保存。也可以从 WPS 或 Excel 粘贴“日期、节日、休或班”三列。',
      '需要临时调整时，点击某一天修改；全部改好后再点“保存”。',
      '“工作时间”可以按季节设置：从某一天起执行新的作息，之前的日子仍按原作息计算。',
      '“时限试算”告诉您：从某一时刻起，几个工作日或几小时以后到期。',
    ],
  },
];

export default help;
