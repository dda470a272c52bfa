import './director.css';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App as AntApp, Button, Checkbox, Segmented, Tag, Typography } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { client, type Picture, take } from '../../../api/client';
import { useCity, useStatistics } from '../../../api/hooks';
import { useI18n } from '../../../i18n';
import { useAreas, useKeptFocus } from '../../../keys/focus';
import { Keys } from '../../../keys/Keys';
import type { PageProps } from '../../../kit/module';
import { Page } from '../../../kit/Page';
import { useScenes } from '../Scenes';
import { isTheme, type Theme } from '../state';
import { type TextKey, words } from '../words';
import { Board, type Pen } from './Board';
import { PictureFields } from './PictureFields';
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
  const { t } = useI18n(words);
  const { message } = AntApp.useApp();
  const queries = useQueryClient();
  const city = useCity();
  useKeptFocus();
  useAreas('[data-area], .director-map, .director-form, .director-screens');
  const scenes = useScenes();
  const screens = useQuery({
    queryKey: ['screens'],
    queryFn: () => take(client.GET('/api/wall/screens')),
    refetchInterval: 3_000,
  });
  const [chosen, choose] = useState<number[]>([]);
  const [picture, setPicture] = useState<Picture>(EMPTY);
  const [pen, setPen] = useState<Pen>('look');
  const [sendView, setSendView] = useState(true);
  const put = (part: Partial<Picture>) => setPicture((before) => ({ ...before, ...part }));
  const theme: Theme = isTheme(picture.theme) ? picture.theme : 'overview';
  const home = session.regions[0]?.code;
  // The screens see no more than who set them up.
  const seesPeople = useStatistics(home !== undefined ? { kind: 'region', code: home } : null).data?.people != null;

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
          <PictureFields picture={picture} theme={theme} seesPeople={seesPeople} home={home} onPicture={put} />
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
