import { AimOutlined, CopyOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Input, Select, Skeleton } from 'antd';
import { type FormEvent, useEffect, useState } from 'react';
import { client, ProblemError, type Schemas, take } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { PanelProblem } from '../../../kit/Problem';
import { useCopy } from '../../../kit/useCopy';
import type { MapController } from '../../../map/controller';
import { readPlace, type System, systems, whyNoPlace } from '../../../map/crs';
import { type TextKey, words } from '../words';
import { ToolCard } from './ToolCard';
import type { MapTools } from './useMapTools';

type Coordinates = Schemas['Coordinates'];

const CLOSE_ENOUGH = 16;
const DECIMALS = 7;

/** A place of a system in all of them, as the server has it. */
const inAll = (lon: number, lat: number, crs: string) =>
  take(client.GET('/api/coordinates', { params: { query: { lon, lat, crs } } }));

/** The coordinates of a place in every system, and the way to a place from any of them. */
export function CoordinatesPanel({
  tools,
  controller,
  system,
  onSystem,
}: {
  tools: MapTools;
  controller: MapController | null;
  system: System;
  onSystem: (system: System) => void;
}) {
  const { t } = useI18n(words);
  const { place, setPlace } = tools;
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState('');
  const found = useQuery({
    queryKey: ['coordinates', place?.lon, place?.lat],
    queryFn: () => inAll(place?.lon ?? 0, place?.lat ?? 0, 'EPSG:4326'),
    enabled: place !== null,
  });

  useEffect(() => {
    if (!controller || !place) return undefined;
    return controller.pin(place.lon, place.lat);
  }, [controller, place]);

  const go = async (event: FormEvent) => {
    event.preventDefault();
    const typed = readPlace(system, text, controller?.map.getCenter().lng ?? 0);
    if (!typed) return setWrong(t(whyNoPlace(system, text)));
    try {
      const { wgs84 } = await inAll(typed.lon, typed.lat, typed.crs);
      setWrong('');
      setPlace(wgs84);
      controller?.goTo(wgs84.lon, wgs84.lat, CLOSE_ENOUGH);
    } catch (error) {
      setWrong(error instanceof ProblemError ? error.message : t('network'));
    }
  };
  const centre = () => {
    const at = controller?.map.getCenter();
    if (at) setPlace({ lon: at.lng, lat: at.lat });
  };

  return (
    <ToolCard
      title={t('coordinatesPanel')}
      hint={t('placeHint')}
      testId="coordinates-panel"
      onClose={() => tools.open(null)}
    >
      <form className="go-to" onSubmit={(event) => void go(event)}>
        <label className="field">
          <span>{t('readoutSystem')}</span>
          <Select
            size="small"
            value={system}
            onChange={onSystem}
            aria-label={t('readoutSystem')}
            data-testid="go-system"
            options={systems.map((each) => ({ value: each, label: t(`system_${each}` as TextKey) }))}
          />
        </label>
        <label className="field">
          <span>{t(system === 'gk' ? 'goToMetres' : 'goToDegrees')}</span>
          <Input
            size="small"
            value={text}
            onChange={(event) => setText(event.target.value)}
            aria-label={t('goToText')}
            data-testid="go-text"
          />
        </label>
        <div className="tool-actions">
          <Button size="small" type="primary" htmlType="submit" disabled={text.trim() === ''} data-testid="go-button">
            {t('goToButton')}
          </Button>
          <Button size="small" icon={<AimOutlined />} onClick={centre} data-testid="place-centre">
            {t('placeCentre')}
          </Button>
          {place && (
            <Button size="small" type="text" onClick={() => setPlace(null)}>
              {t('placeClear')}
            </Button>
          )}
        </div>
      </form>
      {wrong !== '' && <Alert type="warning" showIcon title={wrong} role="alert" />}
      {found.error && <PanelProblem error={found.error} onRetry={() => void found.refetch()} />}
      {place && found.isPending && <Skeleton active title={false} paragraph={{ rows: 4 }} />}
      {place && found.data && <Systems found={found.data} />}
    </ToolCard>
  );
}

function Systems({ found }: { found: Coordinates }) {
  const { t } = useI18n(words);
  const copy = useCopy();
  const degrees = ({ lon, lat }: { lon: number; lat: number }) => `${lon.toFixed(DECIMALS)}, ${lat.toFixed(DECIMALS)}`;
  const gk = found.gauss_kruger;
  const rows: { key: string; name: string; note: string; text: string }[] = [
    { key: 'wgs84', name: t('system_wgs84'), note: 'EPSG:4326', text: degrees(found.wgs84) },
    { key: 'cgcs2000', name: t('system_cgcs2000'), note: 'EPSG:4490', text: degrees(found.cgcs2000) },
    ...(gk
      ? [
          {
            key: 'gk',
            name: t('system_gk'),
            note: `${t('placeZone', { z: String(gk.zone), m: String(gk.meridian) })}`,
            text: `X ${gk.northing.toFixed(3)}, Y ${gk.easting.toFixed(3)}`,
          },
        ]
      : []),
    { key: 'gcj02', name: t('system_gcj02'), note: '', text: degrees(found.gcj02) },
    { key: 'bd09', name: t('bd09'), note: '', text: degrees(found.bd09) },
  ];
  return (
    <>
      <dl className="systems">
        {rows.map(({ key, name, note, text }) => (
          <div key={key}>
            <dt>
              {name}
              <small>{note}</small>
            </dt>
            <dd>
              <span data-testid={`in-${key}`}>{text}</span>
              <Button
                type="text"
                size="small"
                icon={<CopyOutlined />}
                aria-label={`${t('copyResult')} ${name}`}
                onClick={() => copy(text)}
                data-testid={`copy-${key}`}
              />
            </dd>
          </div>
        ))}
      </dl>
      <Button
        size="small"
        icon={<CopyOutlined />}
        onClick={() => copy(rows.map(({ name, text }) => `${name}\t${text}`).join('\n'))}
      >
        {t('copyAll')}
      </Button>
    </>
  );
}
