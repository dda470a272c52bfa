import {
  type Choropleth,
  type Compared,
  empty,
  isLevel,
  isMethod,
  isScale,
  MOST_COMPARED,
  type Period,
  type PlannerState,
  plain,
  plannerTabs,
  usualPeriods,
} from '../planner/state';
import { readArea, readCodes, writeArea, writeCodes } from './shareArea';

const numbers = (text: string) => text.split(',').filter(Boolean).map(Number).filter(Number.isFinite);
const DATE = /^\d{4}-\d{2}-\d{2}$/;

function readChoropleth(params: URLSearchParams): Choropleth {
  const figure = params.get('figure');
  if (figure === null) return plain;
  const [level, method, palette] = [params.get('level'), params.get('method'), params.get('palette')];
  const classes = Number(params.get('classes'));
  const days = Number(params.get('days'));
  const range = numbers(params.get('range') ?? '');
  return {
    on: true,
    figure,
    level: isLevel(level) ? level : plain.level,
    days: Number.isInteger(days) && days >= 1 && days <= 366 ? days : plain.days,
    classes: Number.isInteger(classes) && classes >= 2 && classes <= 9 ? classes : plain.classes,
    method: isMethod(method) ? method : plain.method,
    own: numbers(params.get('bounds') ?? ''),
    palette: isScale(palette) ? palette : null,
    range: range.length === 2 ? (range as [number, number]) : null,
  };
}

function readPeriod(text: string): Period | null {
  const [ends = '', days = ''] = text.split('*');
  const count = Number(days);
  return DATE.test(ends) && Number.isInteger(count) && count >= 1 && count <= 366 ? { ends, days: count } : null;
}

/** What an address says of the planner. */
export function readPlanner(search: string): PlannerState {
  const params = new URLSearchParams(search);
  const compared = params.getAll('with').flatMap((text): Compared[] => {
    const [code = '', name = ''] = text.split('~');
    const area = readArea(code);
    return area ? [{ area, name }] : [];
  });
  const [first, second] = (params.get('periods') ?? '').split('_').map(readPeriod);
  const tab = plannerTabs.find((known) => known === params.get('tab'));
  return {
    ...empty,
    tab: tab ?? empty.tab,
    chosen: readCodes(params.get('regions') ?? ''),
    compared: compared.slice(0, MOST_COMPARED),
    mode: params.has('periods') ? 'periods' : 'areas',
    periods: first && second ? [first, second] : params.has('periods') ? usualPeriods() : null,
    choropleth: readChoropleth(params),
    embed: params.get('embed') === '1',
  };
}

/** The same as parts of an address; what is as usual is left out. */
export function writePlanner(state: PlannerState): [name: string, value: string][] {
  const parts: [string, string][] = [];
  if (state.chosen.length > 0) parts.push(['regions', writeCodes(state.chosen)]);
  for (const { area, name } of state.compared)
    parts.push(['with', writeArea(area) + (name === '' ? '' : `~${name.replaceAll('~', ' ')}`)]);
  if (state.mode === 'periods' && state.periods)
    parts.push(['periods', state.periods.map(({ ends, days }) => `${ends}*${days}`).join('_')]);
  const { choropleth: map } = state;
  if (map.on) {
    parts.push(['figure', map.figure], ['level', map.level], ['classes', String(map.classes)], ['method', map.method]);
    if (map.days !== plain.days) parts.push(['days', String(map.days)]);
    if (map.method === 'own') parts.push(['bounds', map.own.join(',')]);
    if (map.palette) parts.push(['palette', map.palette]);
    if (map.range) parts.push(['range', map.range.join(',')]);
  }
  if (state.tab !== empty.tab) parts.push(['tab', state.tab]);
  if (state.embed) parts.push(['embed', '1']);
  return parts;
}
