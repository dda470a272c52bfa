import { AimOutlined, PushpinOutlined } from '@ant-design/icons';
import { Alert, Button, Input, InputNumber, Modal, Segmented, Select } from 'antd';
import type { Polygon, Position } from 'geojson';
import { useState } from 'react';
import { ProblemError } from '../../../api/client';
import { useSearch } from '../../../api/hooks';
import { useI18n } from '../../../i18n';
import { useReturnFocus } from '../../../keys/focus';
import { fetchPart, PartMissing } from '../../../kit/part/fetching';
import { circle } from '../../../map/circle';
import { type System, systems } from '../../../map/crs';
import { type TextKey, words } from '../words';
import { RegionPicker } from './RegionPicker';
import { firstShape, onTheMap, type Shape, sayPlaces, typedPlaces } from './typedPlaces';

/** A place with what it is called. */
export interface NamedPlace {
  name: string;
  at: Position;
}

interface Props {
  chosen: readonly number[];
  width: number;
  /** The drawn area that stands, and the middle line of a corridor. */
  polygon: Polygon | null;
  line: Position[] | null;
  /** What is picked on the map, and the map's centre. */
  picked: NamedPlace | null;
  centre: Position | null;
  system: System;
  onSystem: (system: System) => void;
  onClose: () => void;
  onDrawn: (polygon: Polygon, line: Position[] | null) => void;
  onChosen: (codes: number[]) => void;
}

const USUAL_RADIUS = 500;

/** The corners of a polygon, each once: some write the first again to close it. */
const corners = (places: Position[]) =>
  places.filter(([lon, lat], at) => at === 0 || lon !== places[0]?.[0] || lat !== places[0]?.[1]);

/** Outlines an area without a mouse: by coordinates or names of places, by a centre and a radius, or by the names of regions. */
export function CoordinatesDialog({
  chosen,
  width,
  polygon,
  line,
  picked,
  centre,
  system,
  onSystem,
  onClose,
  onDrawn,
  onChosen,
}: Props) {
  const { t } = useI18n(words);
  useReturnFocus();
  const [start] = useState(() =>
    chosen.length > 0
      ? { shape: 'regions' as const, places: [], radius: null }
      : firstShape(polygon, line, picked?.at ?? centre),
  );
  const [shape, setShape] = useState<Shape>(start.shape);
  const [text, setText] = useState(() => sayPlaces(start.places, system));
  const [size, setSize] = useState<number>(start.shape === 'circle' ? (start.radius ?? USUAL_RADIUS) : width);
  const [codes, setCodes] = useState<readonly number[]>(chosen);
  const [wrong, setWrong] = useState('');
  const [busy, setBusy] = useState(false);
  const write = (next: string) => {
    setText(next);
    setWrong('');
  };
  const home = centre?.[0] ?? 0;
  /** A circle has one centre; to all else a place is added. */
  const add = (at: Position) =>
    write(
      shape === 'circle' || text.trim() === ''
        ? sayPlaces([at], system)
        : `${text.trimEnd()}\n${sayPlaces([at], system)}`,
    );

  /** The same places in the numbers of another system. */
  const change = async (next: System) => {
    onSystem(next);
    setWrong('');
    const read = typedPlaces(text, system, home);
    if (!Array.isArray(read)) return;
    const places = await onTheMap(read).catch(() => null);
    if (places) setText(sayPlaces(places, next));
  };

  const outline = async () => {
    if (shape === 'regions') {
      if (codes.length === 0) return setWrong(t('coordinatesNoRegion'));
      onChosen([...codes]);
      return onClose();
    }
    const read = typedPlaces(text, system, home);
    if (!Array.isArray(read)) return setWrong(`${t('coordinatesLine', { n: String(read.line) })}${t(read.why)}`);
    if (shape === 'circle' && read.length > 1) return setWrong(t('coordinatesOne'));
    setBusy(true);
    try {
      const found = await onTheMap(read);
      const places = shape === 'polygon' ? corners(found) : found;
      const first = places[0];
      if (!first || places.length < { polygon: 3, circle: 1, corridor: 2 }[shape]) return setWrong(t('coordinatesFew'));
      const drawn: Polygon | null =
        shape === 'circle'
          ? circle(first, size)
          : shape === 'corridor'
            ? (await fetchPart(() => import('../../../map/corridor'))).corridor(places, size)
            : { type: 'Polygon', coordinates: [[...places, first]] };
      if (!drawn) return setWrong(t('coordinatesFew'));
      onDrawn(drawn, shape === 'corridor' ? places : null);
      return onClose();
    } catch (error) {
      return setWrong(
        error instanceof ProblemError ? error.message : t(error instanceof PartMissing ? 'partMissingText' : 'network'),
      );
    } finally {
      setBusy(false);
    }
  };

  return (
    <Modal
      open
      title={t('coordinatesTitle')}
      okText={t('coordinatesDone')}
      cancelText={t('cancelOutline')}
      confirmLoading={busy}
      onOk={() => void outline()}
      onCancel={onClose}
      destroyOnHidden
    >
      <div className="coordinates" data-testid="coordinates-dialog">
        <Segmented<Shape>
          block
          value={shape}
          onChange={(next) => {
            setShape(next);
            setWrong('');
            setSize(next === 'circle' ? (start.radius ?? USUAL_RADIUS) : width);
          }}
          options={[
            { value: 'polygon', label: t('shapePolygon') },
            { value: 'circle', label: t('shapeCircle') },
            { value: 'corridor', label: t('shapeCorridor') },
            { value: 'regions', label: t('shapeRegions') },
          ]}
        />
        {shape === 'regions' && (
          <RegionPicker
            chosen={codes}
            onChange={(next) => {
              setCodes(next);
              setWrong('');
            }}
          />
        )}
        {shape !== 'regions' && (
          <>
            <label className="field wide">
              <span>{t('readoutSystem')}</span>
              <Select
                value={system}
                onChange={(next) => void change(next)}
                aria-label={t('readoutSystem')}
                data-testid="outline-system"
                options={systems.map((each) => ({ value: each, label: t(`system_${each}` as TextKey) }))}
              />
            </label>
            <label className="field wide">
              <span>{`${t(shape === 'circle' ? 'coordinatesCentre' : 'coordinatesPoints')}：${t(system === 'gk' ? 'goToMetres' : 'goToDegrees')}`}</span>
              <Input.TextArea
                rows={shape === 'circle' ? 1 : 5}
                value={text}
                onChange={(event) => write(event.target.value)}
                data-testid="coordinates"
              />
            </label>
            <PlaceByName onFound={add} />
            <div className="tool-actions">
              {centre && (
                <Button
                  size="small"
                  icon={<AimOutlined aria-hidden />}
                  onClick={() => add(centre)}
                  data-testid="outline-centre"
                >
                  {t('placeCentre')}
                </Button>
              )}
              {picked && (
                <Button
                  size="small"
                  icon={<PushpinOutlined aria-hidden />}
                  onClick={() => add(picked.at)}
                  data-testid="outline-picked"
                >
                  {t('outlinePicked', { name: picked.name })}
                </Button>
              )}
            </div>
          </>
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

/** Finds a place by its name and gives its coordinates. */
function PlaceByName({ onFound }: { onFound: (at: Position) => void }) {
  const { t } = useI18n(words);
  const [text, setText] = useState('');
  const search = useSearch(text.trim());
  const found = text.trim() === '' ? [] : (search.data?.items ?? []);
  const keyOf = ({ kind, id }: { kind: string; id: number }) => `${kind}/${id}`;
  return (
    <label className="field wide">
      <span>{t('outlineByName')}</span>
      <Select
        showSearch={{ filterOption: false, onSearch: setText, searchValue: text }}
        value={null}
        placeholder={t('outlineByNameHint')}
        aria-label={t('outlineByName')}
        data-testid="outline-name"
        notFoundContent={text.trim() !== '' && !search.isFetching ? t('searchNothing') : null}
        options={found.map((item) => ({
          value: keyOf(item),
          label: (
            <span className="found">
              <b>{item.name || t('unnamed')}</b>
              <small>{item.detail}</small>
            </span>
          ),
        }))}
        onChange={(key: string | null) => {
          const item = found.find((each) => keyOf(each) === key);
          setText('');
          if (item) onFound([item.lon, item.lat]);
        }}
      />
    </label>
  );
}
