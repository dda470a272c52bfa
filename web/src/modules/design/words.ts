import type { SharedKey } from '../../i18n';

const zh = {
  designTitle: '格厅设计规范',
  designLead: '一套主题，两张面孔：案头用浅色，大屏用深色。页面、图表与地图的颜色、字号、间距都出自这里。',
  designLight: '案头 · 浅色', designDark: '大屏 · 深色',
  designColours: '颜色', designText: '文字', designGrounds: '底色与线', designSigns: '品牌与信号', designKinds: '事物',
  designSeverities: '轻重', designSeries: '图表序列', designScales: '色阶',
  designNormal: '正常', designDeutan: '绿色盲', designProtan: '红色盲', designTritan: '蓝色盲',
  designMapColours: '地图颜色', designRoads: '道路', designBoundaries: '界线', designBuildings: '楼栋用途',
  designType: '字体', designSample: '渝水区城北街道 Yushui 2026', designShort: '新余 86.4', designFigures: '等宽数字',
  designSpace: '间距', designElevation: '层次', designMotion: '动效', designComponents: '组件',
  designButtons: '按钮', designPrimary: '立案', designDefault: '查看', designDashed: '添加', designLink: '详情', designDanger: '作废', designDisabled: '不可用',
  designInputs: '输入', designSearch: '搜索地址、单位、网格', designSelect: '全部状态', designCheck: '只看超期', designSwitch: '自动刷新',
  designTags: '标签', designOrdinary: '一般', designNotable: '较重', designGrave: '严重', designGravest: '特急', designOpen: '处置中', designClosed: '已结案',
  designAlerts: '提示', designAlertInfo: '地图数据已更新', designAlertGood: '案件已结案', designAlertWarn: '3 件案件即将超期', designAlertBad: '与服务器的连接已断开',
  designTable: '表格', designStreet: '街道', designCases: '案件', designOnTime: '按期率', designPopulation: '人口',
  designSkeleton: '加载中', designPanel: '面板', designToday: '今日案件', designAgainst: '比昨日',
  designCharts: '图表', designBar: '各街道案件', designLine: '近七日案件', designPyramid: '人口年龄结构', designMale: '男', designFemale: '女',
  designMap: '地图', designReplayed: '新收', designFinished: '办结',
  designStreetA: '城北街道', designStreetB: '城南街道', designStreetC: '新钢街道', designStreetD: '孔目江街道', designStreetE: '袁河街道',
};

const en: Record<keyof typeof zh, string> = {
  designTitle: 'The Gridhall design system',
  designLead: 'One theme with two faces: light for the desk, dark for the wall. Every colour, size and distance of pages, charts and maps comes from here.',
  designLight: 'Desk · light', designDark: 'Wall · dark',
  designColours: 'Colour', designText: 'Text', designGrounds: 'Grounds and lines', designSigns: 'Brand and signals', designKinds: 'Kinds of things',
  designSeverities: 'Severity', designSeries: 'Series of charts', designScales: 'Scales',
  designNormal: 'normal sight', designDeutan: 'deuteranopia', designProtan: 'protanopia', designTritan: 'tritanopia',
  designMapColours: 'Colours of the map', designRoads: 'Roads', designBoundaries: 'Boundaries', designBuildings: 'Buildings by use',
  designType: 'Type', designSample: '渝水区城北街道 Yushui 2026', designShort: '新余 86.4', designFigures: 'Tabular figures',
  designSpace: 'Space', designElevation: 'Elevation', designMotion: 'Motion', designComponents: 'Components',
  designButtons: 'Buttons', designPrimary: 'Open case', designDefault: 'View', designDashed: 'Add', designLink: 'Details', designDanger: 'Void', designDisabled: 'Disabled',
  designInputs: 'Inputs', designSearch: 'Search address, organisation, grid', designSelect: 'Any status', designCheck: 'Overdue only', designSwitch: 'Refresh by itself',
  designTags: 'Tags', designOrdinary: 'Ordinary', designNotable: 'Notable', designGrave: 'Grave', designGravest: 'Urgent', designOpen: 'In hand', designClosed: 'Closed',
  designAlerts: 'Alerts', designAlertInfo: 'The map has new data', designAlertGood: 'The case is closed', designAlertWarn: '3 cases are nearly overdue', designAlertBad: 'The server cannot be reached',
  designTable: 'Table', designStreet: 'Street', designCases: 'Cases', designOnTime: 'On time', designPopulation: 'People',
  designSkeleton: 'Loading', designPanel: 'Panel', designToday: 'Cases today', designAgainst: 'against yesterday',
  designCharts: 'Charts', designBar: 'Cases by street', designLine: 'Cases of seven days', designPyramid: 'Population by age', designMale: 'Male', designFemale: 'Female',
  designMap: 'Map', designReplayed: 'Opened', designFinished: 'Closed',
  designStreetA: 'Chengbei', designStreetB: 'Chengnan', designStreetC: 'Xingang', designStreetD: 'Kongmujiang', designStreetE: 'Yuanhe',
};

export const words = { 'zh-CN': zh, en };
/** What this module's pages may say. */
export type TextKey = keyof typeof zh | SharedKey;
