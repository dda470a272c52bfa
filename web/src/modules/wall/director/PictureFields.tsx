import { DatePicker, Input, InputNumber, Segmented, Select } from 'antd';
import type { Picture } from '../../../api/client';
import { useRegion } from '../../../api/hooks';
import { useI18n } from '../../../i18n';
import { fromPicker, toPicker } from '../../../i18n/clock';
import { layerNames, layerTitles, panelNames, panelTitles, themeLayers, usualPanels } from '../composition';
import { areaName } from '../names';
import { figuresOf, type Theme, themeFigure, themesFor } from '../state';
import { type TextKey, words } from '../words';

interface Props {
  picture: Picture;
  theme: Theme;
  seesPeople: boolean;
  /** The region of who directs. */
  home: number | undefined;
  onPicture: (part: Partial<Picture>) => void;
}

/** What the walls show: theme, figure, panels, layers, region, message, moment, cycle. */
export function PictureFields({ picture, theme, seesPeople, home, onPicture }: Props) {
  const { t, title } = useI18n(words);
  const region = useRegion(picture.region ?? home ?? null);
  const usual = usualPanels(theme, 'wide', seesPeople);
  return (
    <>
      <label>
        <span>{t('directorTheme')}</span>
        <Segmented<Theme>
          block
          value={theme}
          onChange={(next) => onPicture({ theme: next, figure: null, layers: null, panels: null })}
          options={themesFor(seesPeople).map((value) => ({ value, label: t(`theme_${value}` as TextKey) }))}
        />
      </label>
      <label>
        <span>{t('figureChoose')}</span>
        <Select
          value={themeFigure(theme, picture.figure, seesPeople).key}
          onChange={(figure: string) => onPicture({ figure })}
          options={figuresOf(theme)
            .filter((figure) => seesPeople || !figure.isOfPeople)
            .map((figure) => ({ value: figure.key, label: title(figure.title) }))}
        />
      </label>
      <label>
        <span>{t('composePanels')}</span>
        <Select<string[]>
          mode="multiple"
          maxTagCount="responsive"
          value={picture.panels ?? [...usual]}
          onChange={(panels) =>
            onPicture({
              panels: panels.length === usual.length && usual.every((name) => panels.includes(name)) ? null : panels,
            })
          }
          options={panelNames.map((value) => ({ value, label: t(panelTitles[value]) }))}
        />
      </label>
      <label>
        <span>{t('composeLayers')}</span>
        <Select<string[]>
          mode="multiple"
          maxTagCount="responsive"
          value={picture.layers ?? [...themeLayers[theme]]}
          onChange={(layers) => onPicture({ layers })}
          options={layerNames.map((value) => ({ value, label: t(layerTitles[value]) }))}
        />
      </label>
      <label>
        <span>{t('directorRegion')}</span>
        <Select
          value={picture.region ?? undefined}
          placeholder={region.data?.name}
          allowClear
          onChange={(code?: number) => onPicture({ region: code ?? null, view: null })}
          options={[...(region.data?.path ?? []), ...(region.data?.children ?? [])].map(({ code, name }) => ({
            value: code,
            label: areaName(name),
          }))}
        />
      </label>
      <label>
        <span>{t('directorMessage')}</span>
        <Input.TextArea
          value={picture.message}
          maxLength={200}
          showCount
          rows={2}
          onChange={({ target }) => onPicture({ message: target.value })}
          data-testid="message"
        />
      </label>
      {picture.spotlight && (
        <label>
          <span>{t('spotlightLabel')}</span>
          <Input
            value={picture.spotlight.label}
            maxLength={100}
            onChange={({ target }) =>
              picture.spotlight && onPicture({ spotlight: { ...picture.spotlight, label: target.value } })
            }
          />
        </label>
      )}
      <label>
        <span>{t('directorAt')}</span>
        <DatePicker
          showTime={{ format: 'HH:mm' }}
          format="YYYY-MM-DD HH:mm"
          maxDate={toPicker(new Date().toISOString())}
          value={picture.at ? toPicker(picture.at) : null}
          onChange={(date) => onPicture({ at: date ? fromPicker(date.second(0)) : null })}
        />
      </label>
      <label>
        <span>{t('cycleScenes')}</span>
        <InputNumber
          min={0}
          max={3600}
          step={15}
          value={picture.cycle_s ?? 0}
          onChange={(value) => onPicture({ cycle_s: value ?? 0 })}
        />
      </label>
    </>
  );
}
