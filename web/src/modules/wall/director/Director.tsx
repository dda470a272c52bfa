import './director.css';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  App as AntApp,
  Button,
  Checkbox,
  DatePicker,
  Input,
  InputNumber,
  Segmented,
  Select,
  Tag,
  Typography,
} from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { client, type Picture, take } from '../../../api/client';
import { useCity, useRegion, useStatistics } from '../../../api/hooks';
import { useI18n } from '../../../i18n';
import { fromPicker, toPicker } from '../../../i18n/clock';
import { useAreas, useKeptFocus } from '../../../keys/focus';
import { Keys } from '../../../keys/Keys';
import type { PageProps } from '../../../kit/module';
import { Page } from '../../../kit/Page';
import { layerNames, layerTitles, panelNames, panelTitles, themeLayers, usualPanels } from '../composition';
import { areaName } from '../names';
import { useScenes } from '../Scenes';
import { figuresOf, isTheme, type Theme, themeFigure, themesFor } from '../state';
import { type TextKey, words } from '../words';
import { Board, type Pen } from './Board';
import { Screens } from './Screens';

const EMPTY: Picture = {
  theme: 'overview',
  region: null,
  view: null,
  figure: null,
  layers: null,
  panels: null,
  at: null,
  spotlight: null,
  line: [],
  message: '',
  cycle_s: 0,
};

/** The director's page: what the walls show, composed on a small map and sent to one or all of them. */
export default function Director({ session }: PageProps) {
  const { t, title: titled } = useI18n(words);
  const { message } = AntApp.useApp();
  const queries = useQueryClient();
  const city = useCity();
  useKeptFocus();
  useAreas('[data-area], .director-map, .director-form, .director-screens');
  const scenes = useScenes();
  const { permissions } = session;
  const may = permissions.includes('wall.direct');
  const screens = useQuery({
    queryKey: ['screens'],
    queryFn: () => take(client.GET('/api/wall/screens')),
    refetchInterval: 3_000,
    enabled: may,
  });
  const [chosen, choose] = useState<number[]>([]);
  const [picture, setPicture] = useState<Picture>(EMPTY);
  const [pen, setPen] = useState<Pen>('look');
  const [sendView, setSendView] = useState(true);
  const region = useRegion(picture.region ?? session.regions[0]?.code ?? null);
  const put = (part: Partial<Picture>) => setPicture((before) => ({ ...before, ...part }));
  const theme: Theme = isTheme(picture.theme) ? picture.theme : 'overview';
  const home = session.regions[0]?.code;
  // The screens see no more than who set them up.
  const seesPeople =
    useStatistics(may && home !== undefined ? { kind: 'region', code: home } : null).data?.people != null;
  const usual = usualPanels(theme, 'wide', seesPeople);

  const send = useMutation({
    mutationFn: async (next: Picture) => {
      const { response, error } = await client.PUT('/api/wall/picture', { body: { screens: chosen, picture: next } });
      if (!response.ok) throw new Error((error as { detail?: string } | undefined)?.detail ?? t('problem'));
    },
    onSuccess: () => {
      void message.success(t('sent'));
      void queries.invalidateQueries({ queryKey: ['screens'] });
    },
    onError: (failure) => void message.error(failure.message),
  });
  // Without a mouse the pen is where the board's middle is, and the board is moved by its arrow keys.
  const atCentre = () => {
    if (!picture.view) return;
    const { lon, lat } = picture.view;
    if (pen === 'spotlight') put({ spotlight: { label: picture.spotlight?.label ?? '', lon, lat } });
    else put({ line: [...(picture.line ?? []), [lon, lat]] });
  };
  const composed = useMemo(() => ({ ...picture, view: sendView ? picture.view : null }), [picture, sendView]);
  const list = screens.data?.screens ?? [];
  // What is sent goes on from what the walls show: a message doesn't take away a scene.
  const shown = list[0]?.picture;
  const taken = useRef(false);
  useEffect(() => {
    if (!shown || taken.current) return;
    taken.current = true;
    setPicture((before) => ({ ...EMPTY, ...shown, view: shown.view ?? before.view ?? null }));
    setSendView(shown.view != null);
  }, [shown]);

  if (!may)
    return (
      <Page>
        <p className="hint-text">{t('directorForbidden')}</p>
      </Page>
    );
  return (
    <Page
      about={t('directorExplain')}
      actions={
        <>
          <Button href="/wall" target="_blank" data-testid="to-wall">
            {t('directorToWall')}
          </Button>
          <Keys
            page="director"
            button={(label, open) => (
              <Button onClick={open} data-testid="keys">
                {label}
              </Button>
            )}
          />
          <Button
            type="primary"
            loading={send.isPending}
            disabled={list.length === 0}
            onClick={() => send.mutate(composed)}
            data-testid="send"
          >
            {chosen.length === 0 ? t('sendAll') : t('sendSome', { count: String(chosen.length) })}
          </Button>
        </>
      }
    >
      <div className="director">
        <section className="director-board card" aria-label={t('directorView')}>
          <div className="director-pens">
            <Segmented<Pen>
              value={pen}
              onChange={setPen}
              options={(['look', 'spotlight', 'line'] as const).map((value) => ({
                value,
                label: t(`pen_${value}` as TextKey),
              }))}
              aria-label={t('pens')}
            />
            <Checkbox checked={sendView} onChange={({ target }) => setSendView(target.checked)}>
              {t('sendView')}
            </Checkbox>
            {(picture.line ?? []).length > 0 && (
              <Button size="small" onClick={() => put({ line: [] })}>
                {t('clearLine')}
              </Button>
            )}
            {picture.spotlight && (
              <Button size="small" onClick={() => put({ spotlight: null })}>
                {t('clearSpotlight')}
              </Button>
            )}
            {pen !== 'look' && picture.view && (
              <Button size="small" onClick={atCentre} data-testid="pen-centre">
                {t('penCentre')}
              </Button>
            )}
          </div>
          {city.data && (
            <Board
              bbox={city.data.bbox as [number, number, number, number]}
              picture={picture}
              pen={pen}
              onPicture={put}
            />
          )}
        </section>
        <section className="director-form card" aria-label={t('directorPicture')}>
          <h2>{t('directorPicture')}</h2>
          <label>
            <span>{t('directorTheme')}</span>
            <Segmented<Theme>
              block
              value={theme}
              onChange={(next) => put({ theme: next, figure: null, layers: null, panels: null })}
              options={themesFor(seesPeople).map((value) => ({ value, label: t(`theme_${value}` as TextKey) }))}
            />
          </label>
          <label>
            <span>{t('figureChoose')}</span>
            <Select
              value={themeFigure(theme, picture.figure, seesPeople).key}
              onChange={(figure: string) => put({ figure })}
              options={figuresOf(theme)
                .filter((figure) => seesPeople || !figure.isOfPeople)
                .map(({ key, title }) => ({ value: key, label: titled(title) }))}
            />
          </label>
          <label>
            <span>{t('composePanels')}</span>
            <Select<string[]>
              mode="multiple"
              maxTagCount="responsive"
              value={picture.panels ?? [...usual]}
              onChange={(panels) =>
                put({
                  panels:
                    panels.length === usual.length && usual.every((name) => panels.includes(name)) ? null : panels,
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
              onChange={(layers) => put({ layers })}
              options={layerNames.map((value) => ({ value, label: t(layerTitles[value]) }))}
            />
          </label>
          <label>
            <span>{t('directorRegion')}</span>
            <Select
              value={picture.region ?? undefined}
              placeholder={region.data?.name}
              allowClear
              onChange={(code?: number) => put({ region: code ?? null, view: null })}
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
              onChange={({ target }) => put({ message: target.value })}
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
                  picture.spotlight && put({ spotlight: { ...picture.spotlight, label: target.value } })
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
              onChange={(date) => put({ at: date ? fromPicker(date.second(0)) : null })}
            />
          </label>
          <label>
            <span>{t('cycleScenes')}</span>
            <InputNumber
              min={0}
              max={3600}
              step={15}
              value={picture.cycle_s ?? 0}
              onChange={(value) => put({ cycle_s: value ?? 0 })}
            />
          </label>
          <h2>{t('scenes')}</h2>
          <div className="director-scenes">
            {(scenes.data ?? []).map((scene) => (
              <Button
                key={scene.id}
                onClick={() => {
                  setPicture({ ...EMPTY, ...scene.picture });
                  send.mutate({ ...EMPTY, ...scene.picture });
                }}
                disabled={list.length === 0}
              >
                {scene.name}
              </Button>
            ))}
            {scenes.data?.length === 0 && <Typography.Text type="secondary">{t('scenesFromWall')}</Typography.Text>}
          </div>
          <Button
            danger
            onClick={() => {
              setPicture(EMPTY);
              send.mutate(EMPTY);
            }}
            disabled={list.length === 0}
          >
            {t('clearWalls')}
          </Button>
        </section>
        <Screens screens={list} chosen={chosen} onChosen={choose} />
        {screens.error && <Tag color="error">{screens.error.message}</Tag>}
      </div>
    </Page>
  );
}
