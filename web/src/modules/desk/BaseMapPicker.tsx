import './basemaps.css';
import { DownOutlined } from '@ant-design/icons';
import { Radio, Slider } from 'antd';
import { useI18n } from '../../i18n';
import { FloatingPanel } from '../../keys/Floating';
import type { Base } from './useBaseMap';
import { words } from './words';

/** Which map lies below the city; nothing where none but the city's own is configured. */
export function BaseMapPicker({ base: { maps, choice, choose, setOpacity } }: { base: Base }) {
  const { t, language } = useI18n(words);
  if (maps.length === 0) return null;
  const titles = maps.map(({ id, title }) => ({ id, title: language === 'en' ? title.en : title.zh }));
  const chosen = titles.find(({ id }) => id === choice.id);
  const list = (
    <div className="base-maps">
      <Radio.Group
        value={chosen?.id ?? ''}
        onChange={(event) => choose((event.target.value as string) || null)}
        aria-label={t('baseMap')}
      >
        <Radio value="" data-testid="base-map-city">
          {t('baseMapOwn')}
        </Radio>
        {titles.map(({ id, title }) => (
          <Radio key={id} value={id} data-testid={`base-map-${id}`}>
            {title}
          </Radio>
        ))}
      </Radio.Group>
      {chosen && (
        <label className="base-opacity">
          <span>{t('baseMapOpacity')}</span>
          <Slider
            min={0}
            max={100}
            step={5}
            value={choice.opacity}
            onChange={setOpacity}
            tooltip={{ formatter: (value) => `${value}%` }}
            ariaLabelForHandle={t('baseMapOpacity')}
          />
        </label>
      )}
    </div>
  );
  return (
    <FloatingPanel content={list} placement="rightTop">
      <button type="button" className="base-map" data-testid="base-map" data-base={chosen?.id ?? ''}>
        <span>{t('baseMap')}</span>
        <b>{chosen?.title ?? t('baseMapOwn')}</b>
        <DownOutlined aria-hidden />
      </button>
    </FloatingPanel>
  );
}
