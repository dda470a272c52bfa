/** The planner's tools of the map desk. */
export const plannerZh = {
  compare: '对比',
};

export const plannerEn: Record<keyof typeof plannerZh, string> = {
  compare: 'Compare',
};
