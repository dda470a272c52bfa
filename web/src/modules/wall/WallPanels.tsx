import { Fragment, type ReactNode } from 'react';
import type { PanelName } from './composition';
import { Categories, Channels } from './panels/Categories';
import { EmergencyFigures, Facilities, Urgent } from './panels/Emergency';
import { KeyFigures } from './panels/KeyFigures';
import { NightKeys, NightKinds } from './panels/Night';
import { OnTime } from './panels/OnTime';
import { missingOf } from './panels/Panel';
import { Holdings, PeopleFigures, Residence } from './panels/People';
import { Ranking } from './panels/Ranking';
import { Stream } from './panels/Stream';
import { Daily, Hours, Population } from './panels/Trends';
import type { Theme } from './state';
import type { WallParts } from './useWall';

/** Regions that fit into the panel on one screen, beside what else a theme shows. */
const MOST_RANKED: Record<Theme, number> = { overview: 9, population: 12, cases: 7, emergency: 9, night: 9 };
const [MOST_WIDE, MOST_NARROW] = [22, 9];

/** Each panel by its name, as the wall's figures have it. */
const PANELS: Record<PanelName, (wall: WallParts) => ReactNode> = {
  key: ({ figures: { figures, statistics }, live }) => (
    <KeyFigures figures={figures.data} statistics={statistics.data} live={live} missing={missingOf(figures)} />
  ),
  people: ({ figures: { statistics } }) => (
    <PeopleFigures statistics={statistics.data} missing={missingOf(statistics)} />
  ),
  residence: ({ figures: { statistics, codes } }) => (
    <Residence statistics={statistics.data} codes={codes.data} missing={missingOf(statistics)} />
  ),
  holdings: ({ figures: { statistics } }) => <Holdings statistics={statistics.data} missing={missingOf(statistics)} />,
  emergency: ({ figures: { emergencies, shownAt, played }, live }) => (
    <EmergencyFigures emergencies={emergencies} now={shownAt} missing={live ? undefined : missingOf(played)} />
  ),
  urgent: ({ figures: { emergencies, shownAt, played, codes }, live, state, where, showCase }) => (
    <Urgent
      emergencies={emergencies}
      now={shownAt}
      codes={codes.data}
      chosen={state.chosenCase?.id ?? null}
      where={where}
      onGo={showCase}
      missing={live ? undefined : missingOf(played)}
    />
  ),
  facilities: ({ figures: { facilities } }) => <Facilities kinds={facilities.kinds} missing={missingOf(facilities)} />,
  night: ({ figures: { night, tonight } }) => <NightKeys figures={night} missing={missingOf(tonight)} />,
  nightkinds: ({ figures: { night, tonight, codes } }) => (
    <NightKinds figures={night} codes={codes.data} missing={missingOf(tonight)} />
  ),
  hours: ({ figures: { figures } }) => <Hours figures={figures.data} missing={missingOf(figures)} />,
  days: ({ figures: { figures } }) => <Daily figures={figures.data} missing={missingOf(figures)} />,
  population: ({ figures: { statistics } }) => (
    <Population statistics={statistics.data} missing={missingOf(statistics)} />
  ),
  ontime: ({ figures: { figures } }) => <OnTime figures={figures.data} missing={missingOf(figures)} />,
  ranking: ({ figures: { ranked, level, archives, byRegion }, theme, size, drill }) => (
    <Ranking
      theme={theme}
      regions={ranked}
      title={`ranking_${level ?? 'grid'}`}
      most={size.wide ? MOST_WIDE : size.narrow ? MOST_NARROW : MOST_RANKED[theme]}
      onRegion={(code) => drill(code)}
      missing={level === null ? undefined : missingOf(theme === 'population' ? archives : byRegion)}
    />
  ),
  stream: ({ figures: { happenings, shownAt, codes }, theme, standing, where, showCase, state }) => (
    <Stream
      happenings={happenings}
      now={shownAt}
      codes={codes.data}
      state={standing}
      where={where}
      onGo={showCase}
      chosen={state.chosenCase?.id ?? null}
      nothing={theme === 'emergency' ? 'streamNoEmergency' : 'streamNothing'}
    />
  ),
  categories: ({ figures: { figures, codes } }) => (
    <Categories figures={figures.data} codes={codes.data} missing={missingOf(figures)} />
  ),
  channels: ({ figures: { figures, codes } }) => (
    <Channels figures={figures.data} codes={codes.data} missing={missingOf(figures)} />
  ),
};

/** The columns of a side, with their panels under each other. */
export function WallPanels({ columns, wall }: { columns: readonly (readonly PanelName[])[]; wall: WallParts }) {
  return columns.map((names) => (
    <div key={names[0]}>
      {names.map((name) => (
        <Fragment key={name}>{PANELS[name](wall)}</Fragment>
      ))}
    </div>
  ));
}
