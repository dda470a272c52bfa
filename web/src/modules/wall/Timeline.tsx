import { DatePicker, Select } from 'antd';
import { useI18n } from '../../i18n';
import { fromPicker, toPicker } from '../../i18n/clock';
import { type Replay, speeds } from './useReplay';
import { words } from './words';

const MINUTE = 60_000;
const EARLIEST = Date.UTC(2000, 0, 1);

/** A day or a month as a strip of bars, with the moment that the wall shows; it plays back at any speed. */
export function Timeline({ replay, now }: { replay: Replay; now: Date }) {
  const { t, language } = useI18n(words);
  const { at, span, bins, playing, speed } = replay;
  const most = Math.max(1, ...bins);
  const [from, to] = [span.from.getTime(), span.to.getTime()];
  // A day is drawn whole, though it may not have ended.
  const whole = span.kind === 'day' ? from + 86_400_000 : to;
  const shown = at ?? now.getTime();
  const clock = new Intl.DateTimeFormat(language, {
    timeZone: 'Asia/Shanghai',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const step = span.kind === 'day' ? 15 * MINUTE : 6 * 60 * MINUTE;
  const share = Math.min(1, Math.max(0, (shown - from) / (whole - from)));
  return (
    <section className="wall-timeline" aria-label={t('timeline')} data-testid="timeline">
      <div className="wall-timeline-tools">
        <button
          type="button"
          className="wall-button strong"
          aria-pressed={playing}
          onClick={() => replay.setPlaying(!playing)}
          data-testid="play"
        >
          <span aria-hidden>{playing ? '❚❚' : '▶'}</span> {t(playing ? 'pause' : 'play')}
        </button>
        <div className="wall-tabs" role="group" aria-label={t('span')}>
          {(['day', 'month'] as const).map((kind) => (
            <button
              key={kind}
              type="button"
              aria-pressed={span.kind === kind}
              onClick={() => replay.setSpan(kind, span.from)}
            >
              {t(kind === 'day' ? 'spanDay' : 'spanMonth')}
            </button>
          ))}
        </div>
        <DatePicker
          picker={span.kind === 'day' ? 'date' : 'month'}
          format={span.kind === 'day' ? 'YYYY-MM-DD' : 'YYYY-MM'}
          allowClear={false}
          inputReadOnly={false}
          placement="topLeft"
          className="wall-date"
          aria-label={t('spanChoose')}
          data-testid="span-date"
          value={toPicker(span.from.toISOString())}
          minDate={toPicker(new Date(EARLIEST).toISOString())}
          maxDate={toPicker(now.toISOString())}
          onChange={(picked) => {
            if (!picked || Array.isArray(picked)) return;
            const chosen = new Date(fromPicker(picked.startOf(span.kind)));
            if (!(chosen.getTime() >= EARLIEST && chosen.getTime() <= now.getTime())) return;
            replay.setPlaying(false);
            replay.setSpan(span.kind, chosen);
            replay.setAt(chosen.getTime());
          }}
        />
        <label className="wall-speed">
          <span>{t('speed')}</span>
          <Select
            value={speed}
            onChange={replay.setSpeed}
            placement="topLeft"
            popupMatchSelectWidth={false}
            aria-label={t('speed')}
            data-testid="speed"
            options={speeds.map((value) => ({ value, label: t('speedOf', { minutes: String(value / 60) }) }))}
          />
        </label>
        <output className="wall-moment" data-testid="moment">
          {clock.format(shown).replace(', ', ' ')}
        </output>
        {at !== null && (
          <button
            type="button"
            className="wall-button"
            onClick={() => {
              replay.setAt(null);
              replay.setSpan('day', now);
            }}
            data-testid="to-live"
          >
            {t('toLive')}
          </button>
        )}
      </div>
      <div className="wall-strip-bars" data-kind={span.kind}>
        {bins.map((count, index) => {
          const middle = (index + 0.5) / bins.length;
          return (
            <i
              key={index}
              className={middle <= share ? 'past' : ''}
              style={{ height: `${(count / most) * 100}%` }}
              title={String(count)}
            />
          );
        })}
        <b className="wall-head" style={{ left: `${share * 100}%` }} aria-hidden />
        <input
          type="range"
          min={from}
          max={whole}
          step={step}
          value={shown}
          aria-label={t('moment')}
          aria-valuetext={clock.format(shown)}
          data-testid="moment-slider"
          onChange={({ target }) => {
            const next = Math.min(Number(target.value), to);
            replay.setAt(next >= now.getTime() - MINUTE ? null : next);
          }}
        />
      </div>
    </section>
  );
}
