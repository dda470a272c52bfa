import { EnvironmentOutlined } from '@ant-design/icons';
import { Select } from 'antd';
import { useEffect, useRef } from 'react';
import { useI18n } from '../../../i18n';
import type { MapController } from '../../../map/controller';
import { type System, sayPlace, systems, zoneOf } from '../../../map/crs';
import { type TextKey, words } from '../words';

interface Props {
  controller: MapController | null;
  system: System;
  onSystem: (system: System) => void;
  /** Asks for the place in all systems. */
  onTake: (place: { lon: number; lat: number }) => void;
}

/** The coordinates under the pointer; of the map's middle where there is none. It is written past React: a pointer moves far more often than the page. */
export function Readout({ controller, system, onSystem, onTake }: Props) {
  const { t } = useI18n(words);
  const text = useRef<HTMLSpanElement>(null);
  const now = useRef<(() => { lon: number; lat: number }) | null>(null);
  useEffect(() => {
    if (!controller) return undefined;
    const { map } = controller;
    let pointer: { lng: number; lat: number } | null = null;
    let frame = 0;
    const middle = () => map.getCenter();
    now.current = () => ({ lon: middle().lng, lat: middle().lat });
    const write = () => {
      frame = 0;
      const at = pointer ?? middle();
      if (text.current) text.current.textContent = sayPlace(system, at.lng, at.lat);
    };
    const soon = () => {
      frame ||= requestAnimationFrame(write);
    };
    const moved = (event: { lngLat: { lng: number; lat: number } }) => {
      pointer = event.lngLat;
      soon();
    };
    const left = () => {
      pointer = null;
      soon();
    };
    map.on('mousemove', moved);
    map.on('mouseout', left);
    map.on('move', soon);
    write();
    return () => {
      cancelAnimationFrame(frame);
      map.off('mousemove', moved);
      map.off('mouseout', left);
      map.off('move', soon);
    };
  }, [controller, system]);
  const zone = controller && zoneOf(controller.map.getCenter().lng);
  return (
    <div className="card readout" role="group" aria-label={t('readoutLabel')}>
      <Select
        size="small"
        variant="borderless"
        value={system}
        onChange={onSystem}
        aria-label={t('readoutSystem')}
        popupMatchSelectWidth={false}
        data-testid="readout-system"
        options={systems.map((each) => ({
          value: each,
          label: each === 'gk' ? `${t('systemShort_gk')}${zone ? ` ${zone}` : ''}` : t(`system_${each}` as TextKey),
        }))}
      />
      <button
        type="button"
        className="readout-text"
        title={t('readoutTake')}
        onClick={() => now.current && onTake(now.current())}
        data-testid="readout-take"
      >
        <span ref={text} data-testid="readout" />
        <EnvironmentOutlined aria-hidden />
      </button>
    </div>
  );
}
