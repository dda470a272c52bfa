import type { Statistics } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { type Codes, nameOf } from '../../../map/describe';
import { shareOf } from '../../../map/figures/shares';
import { useFace } from '../../../theme';
import { type TextKey, words } from '../words';
import { Bars } from './Bars';
import { Cell, Note } from './Figures';
import { Panel } from './Panel';
import { useFit } from './useFit';

const KM2 = 1e6;
const MOST = 10;

/** People from an age up to below another; nothing where the ages aren't told. */
function aged(statistics: Statistics | undefined, from: number, below = Infinity): number | undefined {
  const ages = statistics?.people?.ages ?? [];
  return ages.length === 0
    ? undefined
    : ages
        .filter((age) => age.from >= from && age.from < below)
        .reduce((sum, age) => sum + age.male + age.female + age.other, 0);
}

/** How many live here, how densely, and how old they are. */
export function PeopleFigures({
  statistics,
  missing,
}: {
  statistics: Statistics | undefined;
  missing: TextKey | undefined;
}) {
  const { t, number } = useI18n(words);
  const people = statistics?.people;
  const [elderly, children] = [aged(statistics, 60), aged(statistics, 0, 15)];
  const density =
    people && !statistics.in_part && statistics.area_m2 > 0 ? (people.total * KM2) / statistics.area_m2 : undefined;
  const households = statistics?.households ?? undefined;
  const share = (part: number | undefined) => (part === undefined || !people ? undefined : shareOf(part, people.total));
  const percent = (part: number | undefined) => `${number((part ?? 0) * 100, 1)}%`;
  const count = (of: number | undefined) => of !== undefined && <Note>{t('peopleOf', { n: number(of) })}</Note>;
  return (
    <Panel name="people" title={t('wallPeople')} missing={missing ?? (people ? undefined : 'peopleNone')}>
      <dl className="wall-keys">
        <Cell title={t('keyPeople')} id="people" value={people?.total} />
        <Cell title={t('keyHouseholds')} id="households" value={households}>
          {people && households ? (
            <Note>{t('perHousehold', { n: number(people.total / households, 2) })}</Note>
          ) : undefined}
        </Cell>
        <Cell
          title={t('figDensity')}
          id="density"
          value={density}
          text={number(density ?? 0, (density ?? 0) < 100 ? 1 : 0)}
        >
          <Note>{t('unitPerKm2')}</Note>
        </Cell>
        <Cell title={t('over60')} id="elderly" value={share(elderly)} text={percent(share(elderly))}>
          {count(elderly)}
        </Cell>
        <Cell title={t('under15')} id="children" value={share(children)} text={percent(share(children))}>
          {count(children)}
        </Cell>
        <Cell
          title={t('sexRatio')}
          id="sexes"
          value={people && people.female > 0 ? people.male / people.female : undefined}
          text={people && people.female > 0 ? number((people.male / people.female) * 100, 1) : '—'}
        />
      </dl>
    </Panel>
  );
}

/** People by the category of their residence. */
export function Residence({
  statistics,
  codes,
  missing,
}: {
  statistics: Statistics | undefined;
  codes: Codes;
  missing: TextKey | undefined;
}) {
  const { t, number, language } = useI18n(words);
  const face = useFace();
  const rows = (statistics?.people?.categories ?? [])
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count);
  const { list, fits } = useFit(rows.length, MOST);
  return (
    <Panel
      name="residence"
      title={t('wallResidence')}
      note={t('unitPeople')}
      missing={missing ?? (rows.length === 0 ? 'peopleNone' : undefined)}
    >
      <Bars
        list={list}
        colour={face.person}
        rows={rows.slice(0, fits).map(({ code, count }) => ({
          key: code,
          name: code === '' ? t('unknownCategory') : nameOf(codes, 'person_category', code, language),
          value: count,
          text: number(count),
        }))}
      />
    </Panel>
  );
}

/** What the archives hold beside people: buildings, organisations, components. */
export function Holdings({
  statistics,
  missing,
}: {
  statistics: Statistics | undefined;
  missing: TextKey | undefined;
}) {
  const { t, number, squareMetres } = useI18n(words);
  return (
    <Panel name="holdings" title={t('wallHoldings')} missing={missing}>
      <dl className="wall-facts">
        <div>
          <dt>{t('figBuildings')}</dt>
          <dd data-testid="wall-holdings-buildings">{number(statistics?.buildings.total ?? 0)}</dd>
        </div>
        <div>
          <dt>{t('holdingsFloor')}</dt>
          <dd>{squareMetres(statistics?.buildings.floor_area_m2 ?? 0)}</dd>
        </div>
        <div>
          <dt>{t('figOrganisations')}</dt>
          <dd>{number(statistics?.organisations.total ?? 0)}</dd>
        </div>
        <div>
          <dt>{t('holdingsComponents')}</dt>
          <dd>{number(statistics?.components.total ?? 0)}</dd>
        </div>
      </dl>
    </Panel>
  );
}
