import { useI18n } from '../../../i18n';
import { chinaClock } from '../../../i18n/clock';
import { type Codes, nameOf } from '../../../map/describe';
import { useFace } from '../../../theme';
import { byCategory, type NightFigures } from '../nights';
import { type TextKey, words } from '../words';
import { Bars } from './Bars';
import { Cell, Compared, Note } from './Figures';
import { Panel } from './Panel';
import { useFit } from './useFit';

const MOST = 9;
const URGENT = 3;

const day = (at: Date) => chinaClock(at.toISOString()).slice(5, 10);

/** The last night in figures, against the night before up to the same time. */
export function NightKeys({ figures, missing }: { figures: NightFigures | undefined; missing: TextKey | undefined }) {
  const { t } = useI18n(words);
  const reported = figures?.reported ?? [];
  const note = figures && t(figures.night.lasts ? 'nightLasts' : 'nightOver', { day: day(figures.night.from) });
  return (
    <Panel name="night" title={t('wallNight')} note={note} missing={missing ?? (figures ? undefined : 'wallLoading')}>
      <dl className="wall-keys">
        <Cell title={t('nightReported')} id="night-reported" value={reported.length}>
          {figures && <Compared now={reported.length} before={figures.before} label={t('vsNight')} good="neither" />}
        </Cell>
        <Cell title={t('nightSettled')} id="night-settled" value={figures?.settled} />
        <Cell title={t('nightOpen')} id="night-open" value={reported.length - (figures?.settled ?? 0)} />
        <Cell
          title={t('nightUrgent')}
          id="night-urgent"
          value={reported.filter(({ severity }) => severity >= URGENT).length}
        />
        <Cell
          title={t('nightNoise')}
          id="night-noise"
          value={reported.filter(({ category }) => NOISE.has(category)).length}
        >
          <Note>{t('nightNoiseOf')}</Note>
        </Cell>
        <Cell
          title={t('nightSafety')}
          id="night-safety"
          value={reported.filter(({ category }) => category.startsWith('Z12') || category.startsWith('E04')).length}
        >
          <Note>{t('nightSafetyOf')}</Note>
        </Cell>
      </dl>
    </Panel>
  );
}

/** 施工扰民, 商业噪声, 噪声污染 of the categories. */
export const NOISE: ReadonlySet<string> = new Set(['E0301', 'E0511', 'Z1603']);

/** What the night's reports were about. */
export function NightKinds({
  figures,
  codes,
  missing,
}: {
  figures: NightFigures | undefined;
  codes: Codes;
  missing: TextKey | undefined;
}) {
  const { t, number, language } = useI18n(words);
  const face = useFace();
  const all = byCategory(figures?.reported ?? []);
  const { list, fits } = useFit(all.length, MOST);
  return (
    <Panel
      name="nightkinds"
      title={t('wallNightKinds')}
      note={t('unitCases')}
      missing={missing ?? (figures && all.length === 0 ? 'nightNone' : undefined)}
    >
      <Bars
        list={list}
        colour={face.series[3] ?? face.brand}
        rows={all.slice(0, fits).map(({ code, count }) => ({
          key: code,
          name: nameOf(codes, 'case_category', code, language),
          value: count,
          text: number(count),
        }))}
      />
    </Panel>
  );
}
