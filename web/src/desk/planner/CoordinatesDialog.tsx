import { Alert, Input, InputNumber, Modal, Segmented } from 'antd';
import type { Polygon, Position } from 'geojson';
import { useState } from 'react';
import { useI18n } from '../../i18n';
import { useReturnFocus } from '../../keys/focus';
import { RegionPicker } from './RegionPicker';

type Shape = 'polygon' | 'circle' | 'corridor' | 'regions';

interface Props {
  chosen: readonly number[];
  width: number;
  onClose: () => void;
  onDrawn: (polygon: Polygon) => void;
  onChosen: (codes: number[]) => void;
  /** No more regions are to be chosen. */
  onAllChosen: () => void;
}

/** Lines of "longitude, latitude"; nothing where one is none. */
export function positions(text: string): Position[] | null {
  const lines = text.split(/\n|;|；/).map((line) => line.trim()).filter(Boolean);
  const places = lines.map((line) => line.split(/[,，\s]+/).map(Number));
  const good = places.every(([lon, lat, ...more]) => more.length === 0 && lon !== undefined && lat !== undefined && Math.abs(lon) <= 180 && Math.abs(lat) <= 85);
  return good && places.length > 0 ? places : null;
}

/** Outlines an area without a mouse: by coordinates, by a centre and a radius, or by the names of regions. */
export function CoordinatesDialog({ chosen, width, onClose, onDrawn, onChosen, onAllChosen }: Props) {
  const { t } = useI18n();
  useReturnFocus();
  const [shape, setShape] = useState<Shape>('polygon');
  const [text, setText] = useState('');
  const [size, setSize] = useState<number>(shape === 'circle' ? 500 : width);
  const [wrong, setWrong] = useState('');

  const outline = async () => {
    if (shape === 'regions') {
      onAllChosen();
      return onClose();
    }
    const places = positions(text);
    if (!places) return setWrong(t('coordinatesWrong'));
    if (places.length < { polygon: 3, circle: 1, corridor: 2 }[shape]) return setWrong(t('coordinatesFew'));
    const { circle, corridor } = await import('../../map/corridor');
    const first = places[0] as Position;
    const polygon: Polygon | null =
      shape === 'circle' ? circle(first, size) : shape === 'corridor' ? corridor(places, size) : { type: 'Polygon', coordinates: [[...places, first]] };
    if (!polygon) return setWrong(t('coordinatesFew'));
    onDrawn(polygon);
    return onClose();
  };

  return (
    <Modal open title={t('coordinatesTitle')} okText={t('coordinatesDone')} cancelText={t('cancelOutline')} onOk={() => void outline()} onCancel={onClose} destroyOnHidden>
      <div className="coordinates" data-testid="coordinates-dialog">
        <Segmented<Shape>
          block
          value={shape}
          onChange={(next) => {
            setShape(next);
            setWrong('');
            setSize(next === 'circle' ? 500 : width);
          }}
          options={[{ value: 'polygon', label: t('shapePolygon') }, { value: 'circle', label: t('shapeCircle') }, { value: 'corridor', label: t('shapeCorridor') }, { value: 'regions', label: t('shapeRegions') }]}
        />
        {shape === 'regions' && <RegionPicker chosen={chosen} onChange={onChosen} />}
        {shape !== 'regions' && (
          <label className="field wide">
            <span>{t(shape === 'circle' ? 'coordinatesCentre' : 'coordinatesPoints')}</span>
            <Input.TextArea rows={shape === 'circle' ? 1 : 5} value={text} onChange={(event) => setText(event.target.value)} placeholder="114.93, 27.81" data-testid="coordinates" />
          </label>
        )}
        {(shape === 'circle' || shape === 'corridor') && (
          <label className="field wide">
            <span>{t(shape === 'circle' ? 'coordinatesRadius' : 'corridorWidth')}</span>
            <InputNumber min={1} max={50_000} value={size} onChange={(value) => value && setSize(value)} />
          </label>
        )}
        {wrong !== '' && <Alert type="warning" showIcon title={wrong} role="alert" />}
      </div>
    </Modal>
  );
}
