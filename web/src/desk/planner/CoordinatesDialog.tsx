import { Alert, Input, InputNumber, Modal, Segmented } from 'antd';
import type { Polygon, Position } from 'geojson';
import { useState } from 'react';
import { useI18n, type TextKey } from '../../i18n';
import { useReturnFocus } from '../../keys/focus';
import { readPlace, whyNoPlace } from '../../map/crs';
import { RegionPicker } from './RegionPicker';

type Shape = 'polygon' | 'circle' | 'corridor' | 'regions';

interface Props {
  chosen: readonly number[];
  width: number;
  onClose: () => void;
  onDrawn: (polygon: Polygon) => void;
  onChosen: (codes: number[]) => void;
}

/** Lines of "longitude, latitude"; of the first that is none, its number and what is wrong with it. */
export function positions(text: string): Position[] | { line: number; why: TextKey } {
  const lines = text.split(/\n|;|；/).map((line, at) => ({ line: at + 1, text: line.trim() })).filter((line) => line.text !== '');
  const places = lines.map((line) => readPlace('wgs84', line.text, 0));
  const at = places.indexOf(null);
  const wrong = lines[at] ?? (lines.length === 0 ? { line: 1, text: '' } : undefined);
  if (!wrong) return places.flatMap((place) => (place ? [[place.lon, place.lat]] : []));
  const why = whyNoPlace('wgs84', wrong.text);
  return { line: wrong.line, why: why === 'goToWrong' ? 'coordinatesWrong' : why };
}

/** The corners of a polygon, each once: some write the first again to close it. */
const corners = (places: Position[]) => places.filter(([lon, lat], at) => at === 0 || lon !== places[0]?.[0] || lat !== places[0]?.[1]);

/** Outlines an area without a mouse: by coordinates, by a centre and a radius, or by the names of regions. */
export function CoordinatesDialog({ chosen, width, onClose, onDrawn, onChosen }: Props) {
  const { t } = useI18n();
  useReturnFocus();
  const [shape, setShape] = useState<Shape>('polygon');
  const [text, setText] = useState('');
  const [size, setSize] = useState<number>(width);
  const [codes, setCodes] = useState<readonly number[]>(chosen);
  const [wrong, setWrong] = useState('');

  const outline = async () => {
    if (shape === 'regions') {
      if (codes.length === 0) return setWrong(t('coordinatesNoRegion'));
      onChosen([...codes]);
      return onClose();
    }
    const read = positions(text);
    if (!Array.isArray(read)) return setWrong(`${t('coordinatesLine').replace('{n}', String(read.line))}${t(read.why)}`);
    const places = shape === 'polygon' ? corners(read) : read;
    if (shape === 'circle' && places.length > 1) return setWrong(t('coordinatesOne'));
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
        {shape === 'regions' && <RegionPicker chosen={codes} onChange={(next) => { setCodes(next); setWrong(''); }} />}
        {shape !== 'regions' && (
          <label className="field wide">
            <span>{t(shape === 'circle' ? 'coordinatesCentre' : 'coordinatesPoints')}</span>
            <Input.TextArea rows={shape === 'circle' ? 1 : 5} value={text} onChange={(event) => { setText(event.target.value); setWrong(''); }} placeholder="114.93, 27.81" data-testid="coordinates" />
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
