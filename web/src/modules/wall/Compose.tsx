import { Button, Checkbox } from 'antd';
import { useI18n } from '../../i18n';
import { FloatingPanel } from '../../keys/Floating';
import { type LayerName, layerNames, layerTitles, type PanelName, panelNames, panelTitles } from './composition';
import { type TextKey, words } from './words';

interface Props {
  panels: readonly PanelName[];
  layers: readonly LayerName[];
  onPanels: (panels: PanelName[] | null) => void;
  onLayers: (layers: LayerName[] | null) => void;
}

/** Which panels and layers the wall shows: what is chosen here goes into a scene that is saved. */
export function Compose({ panels, layers, onPanels, onLayers }: Props) {
  const { t } = useI18n(words);
  const group = <Name extends string>(
    title: TextKey,
    names: readonly Name[],
    titles: Record<Name, TextKey>,
    chosen: readonly Name[],
    onChange: (names: Name[]) => void,
  ) => (
    <fieldset>
      <legend>{t(title)}</legend>
      <Checkbox.Group
        value={[...chosen]}
        onChange={(values) => onChange(names.filter((name) => values.includes(name)))}
        options={names.map((value) => ({ value, label: t(titles[value]) }))}
      />
    </fieldset>
  );
  return (
    <FloatingPanel
      placement="bottomRight"
      title={t('compose')}
      content={
        <div className="wall-compose">
          {group('composePanels', panelNames, panelTitles, panels, onPanels)}
          {group('composeLayers', layerNames, layerTitles, layers, onLayers)}
          <Button
            onClick={() => {
              onPanels(null);
              onLayers(null);
            }}
          >
            {t('composeUsual')}
          </Button>
        </div>
      }
    >
      <button type="button" className="wall-button" data-testid="compose">
        {t('compose')}
      </button>
    </FloatingPanel>
  );
}
