import type { CaseFigures, Statistics } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { shareOf } from '../../../map/figures/shares';
import { type TextKey, words } from '../words';
import { Cell, Compared, Moved, Note } from './Figures';
import { Panel } from './Panel';

/** A change that is not seen in the digits that are shown: a twentieth of a point. */
const UNSEEN = 0.0005;

/** Today's figures and what is at hand, each against yesterday at the same time, and last year. */
export function KeyFigures({
  figures,
  statistics,
  live,
  missing,
}: {
  figures: CaseFigures | undefined;
  statistics: Statistics | undefined;
  live: boolean;
  missing: TextKey | undefined;
}) {
  const { t, number } = useI18n(words);
  const { numerator = 0, denominator = 0 } = figures?.on_time ?? {};
  const onTime = shareOf(numerator, denominator);
  const onTimeBefore = figures && shareOf(figures.on_time_before.numerator, figures.on_time_before.denominator);
  const points =
    onTime === undefined || onTimeBefore === undefined
      ? undefined
      : Math.abs(onTime - onTimeBefore) < UNSEEN
        ? 0
        : onTime - onTimeBefore;
  const flow = (of: 'reported' | 'ended', good: 'more' | 'neither') =>
    figures && (
      <>
        <Compared now={figures.today[of]} before={figures.yesterday[of]} label={t('vsYesterday')} good={good} />
        <Compared now={figures.today[of]} before={figures.last_year?.[of]} label={t('vsLastYear')} good={good} />
      </>
    );
  return (
    <Panel name="key" title={t('keyFigures')} note={live ? t('keyLive') : t('keyReplay')} missing={missing}>
      <dl className="wall-keys">
        <Cell title={t('keyReported')} id="reported" value={figures?.today.reported}>
          {flow('reported', 'neither')}
        </Cell>
        <Cell title={t('keyEnded')} id="ended" value={figures?.today.ended}>
          {flow('ended', 'more')}
        </Cell>
        <Cell title={t('keyOpen')} id="open" value={figures?.open}>
          {figures && (
            <Compared now={figures.open} before={figures.open_yesterday} label={t('vsYesterday')} good="less" />
          )}
        </Cell>
        <Cell title={t('keyOverdue')} id="overdue" value={figures?.overdue}>
          {figures && (
            <Compared now={figures.overdue} before={figures.overdue_yesterday} label={t('vsYesterday')} good="less" />
          )}
        </Cell>
        <Cell title={t('keyOnTime')} id="on-time" value={onTime} text={`${number((onTime ?? 0) * 100, 1)}%`}>
          {figures && onTime === undefined && (
            <Note>
              {denominator === 0
                ? t('onTimeNone')
                : t('onTimeFew', { numerator: number(numerator), denominator: number(denominator) })}
            </Note>
          )}
          {points !== undefined && (
            <Moved
              label={t('vsPeriod')}
              by={points}
              good="more"
              text={`${number(Math.abs(points) * 100, 1)} ${t('points')}`}
            />
          )}
        </Cell>
        {statistics?.people ? (
          <Cell title={t('keyPeople')} id="people" value={statistics.people.total}>
            {statistics.households != null && (
              <Note>
                {number(statistics.households)} {t('households')}
              </Note>
            )}
          </Cell>
        ) : (
          <Cell title={t('keyBuildings')} id="buildings" value={statistics?.buildings.total} />
        )}
      </dl>
    </Panel>
  );
}
