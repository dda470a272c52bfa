/** Base maps that lie below the city. */
export const basemapsZh = {
  baseMap: '底图',
  baseMapOwn: '本市底图',
  baseMapOpacity: '底图不透明度',
  baseMapFailed: '底图“{title}”没有应答，先显示本市底图。',
  baseMapUnknown: '没有配置底图“{id}”，显示本市底图。',
};

export const basemapsEn: Record<keyof typeof basemapsZh, string> = {
  baseMap: 'Base map',
  baseMapOwn: 'The city’s own',
  baseMapOpacity: 'Opacity of the base map',
  baseMapFailed: 'The base map “{title}” doesn’t answer; the city’s own is shown for now.',
  baseMapUnknown: 'No base map “{id}” is configured; the city’s own is shown.',
};
