import type { CaseFigures } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { type Codes, nameOf } from '../../../map/describe';
import { shareOf } from '../../../map/figures/shares';
import { useFace } from '../../../theme';
import { type TextKey, words } from '../words';
import { Bars } from './Bars';
import { Panel } from './Panel';
import { useFit } from './useFit';

const MOST = 8;

/** What cases are about: as many kinds as there is room for, and how many those are. */
export function Categories({
  figures,
  codes,
  missing,
}: {
  figures: CaseFigures | undefined;
  codes: Codes;
  missing: TextKey | undefined;
}) {
  const { t, number, language } = useI18n(words);
  const face = useFace();
  const all = figures?.categories ?? [];
  const { list, fits } = useFit(all.length, MOST);
  const rows = all.slice(0, fits);
  return (
    <Panel
      name="categories"
      title={rows.length < all.length ? t('wallCategoriesTop', { n: String(rows.length) }) : t('wallCategories')}
      note={t('lastDays', { days: String(figures?.days ?? 30) })}
      missing={missing ?? (figures && all.length === 0 ? 'casesNone' : undefined)}
    >
      <Bars
        list={list}
        colour={face.accent}
        rows={rows.map(({ code, count }) => ({
          key: code,
          name: nameOf(codes, 'case_major', code, language),
          value: count,
          text: number(count),
        }))}
      />
    </Panel>
  );
}

/** By which way cases come in. */
export function Channels({
  figures,
  codes,
  missing,
}: {
  figures: CaseFigures | undefined;
  codes: Codes;
  missing: TextKey | undefined;
}) {
  const { t, number, language } = useI18n(words);
  const face = useFace();
  const channels = figures?.channels ?? [];
  const all = channels.reduce((sum, { count }) => sum + count, 0);
  return (
    <Panel
      name="channels"
      title={t('wallChannels')}
      note={t('lastDays', { days: String(figures?.days ?? 30) })}
      missing={missing ?? (figures && all === 0 ? 'casesNone' : undefined)}
    >
      <div className="wall-strip" aria-hidden>
        {channels.map(({ code, count }, index) => (
          <i key={code} style={{ flexGrow: count, background: face.series[index % face.series.length] }} />
        ))}
      </div>
      <ul className="wall-legend">
        {channels.map(({ code, count }, index) => (
          <li key={code}>
            <i style={{ background: face.series[index % face.series.length] }} aria-hidden />
            <span>{nameOf(codes, 'case_channel', code, language)}</span>
            <b>{shareOf(count, all) === undefined ? number(count) : `${number((count / all) * 100, 1)}%`}</b>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
