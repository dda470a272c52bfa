/** Parts of the program that could not be fetched or broke. */
export const partsZh = {
  partMissing: '这部分内容没有加载成功',
  partMissingText: '可能是网络中断。请重试；仍不成功时请刷新页面。',
  partNewer: '系统已更新到新版本',
  partNewerText: '请刷新页面后继续使用；尚未保存的内容请先记下。',
  partBroken: '这部分页面出现故障',
  partBrokenText: '其他部分可以继续使用。请重试；仍不成功时请刷新页面，并告知系统管理员。',
  partAlone: '服务恢复后将自动重新加载，无需操作。',
  partReload: '刷新页面',
};

export const partsEn: Record<keyof typeof partsZh, string> = {
  partMissing: 'This part was not loaded',
  partMissingText: 'The network may have failed. Try again; if that does not help, reload the page.',
  partNewer: 'A new version is available',
  partNewerText: 'Reload the page to go on; note down first what is not saved yet.',
  partBroken: 'This part of the page has failed',
  partBrokenText: 'The other parts go on working. Try again; if that does not help, reload the page and tell the system administrator.',
  partAlone: 'It loads again by itself once the server answers.',
  partReload: 'Reload the page',
};
