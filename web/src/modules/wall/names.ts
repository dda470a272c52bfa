/** An area by the name that people call it: 百花湖社区; 百花湖社区居民委员会 is the agency there. */
export const areaName = (name: string): string =>
  name
    .replace(/村(村民委员会|村委会)$/, '村')
    .replace(/(村民委员会|村委会)$/, '村')
    .replace(/社区(居民委员会|居委会)$/, '社区')
    .replace(/(居民委员会|居委会)$/, '社区');

/** A grid by its number alone, where its community stands beside it. */
export const gridNumber = (name: string): string => areaName(name).replace(/^.+(第.+网格)$/, '$1');
