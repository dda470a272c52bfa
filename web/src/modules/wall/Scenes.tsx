import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App as AntApp, Button, Input, Select } from 'antd';
import { useState } from 'react';
import { client, type Picture, type Scene, take } from '../../api/client';
import { useI18n } from '../../i18n';
import { FloatingPanel, Question } from '../../keys/Floating';
import { words } from './words';

export function useScenes() {
  return useQuery({
    queryKey: ['scenes'],
    queryFn: () => take(client.GET('/api/wall/scenes')),
    staleTime: 30_000,
    refetchInterval: 60_000,
    select: ({ scenes }) => scenes,
  });
}

interface Props {
  mayDirect: boolean;
  current: () => Picture;
  onShow: (scene: Scene) => void;
  cycle: number;
  onCycle: (seconds: number) => void;
}

/** The scenes that were saved: shown by a click, saved from what is shown, cycled by a timer. */
export function Scenes({ mayDirect, current, onShow, cycle, onCycle }: Props) {
  const { t } = useI18n(words);
  const { message } = AntApp.useApp();
  const queries = useQueryClient();
  const scenes = useScenes();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const done = (text: string) => {
    void queries.invalidateQueries({ queryKey: ['scenes'] });
    void message.success(text);
  };
  const failed = (error: unknown) => void message.error(error instanceof Error ? error.message : t('problem'));
  const body = (position: number) => ({ name: name.trim(), position, picture: current() });
  const save = () =>
    take(client.POST('/api/wall/scenes', { body: body(scenes.data?.length ?? 0) }))
      .then(() => {
        setName('');
        done(t('sceneSaved'));
      })
      .catch(failed);
  const replace = (scene: Scene) =>
    client
      .PUT('/api/wall/scenes/{id}', {
        params: { path: { id: scene.id } },
        body: { name: scene.name, position: scene.position, picture: current() },
      })
      .then(({ response }) => (response.ok ? done(t('sceneSaved')) : failed(null)))
      .catch(failed);
  const remove = (scene: Scene) =>
    client
      .DELETE('/api/wall/scenes/{id}', { params: { path: { id: scene.id } } })
      .then(({ response }) => (response.ok ? done(t('sceneDeleted')) : failed(null)))
      .catch(failed);

  const list = (
    <div className="wall-scenes">
      <ul>
        {(scenes.data ?? []).map((scene) => (
          <li key={scene.id}>
            <button
              type="button"
              onClick={() => {
                onShow(scene);
                setOpen(false);
              }}
            >
              {scene.name}
            </button>
            {mayDirect && (
              <>
                <Button size="small" type="text" onClick={() => void replace(scene)}>
                  {t('sceneReplace')}
                </Button>
                <Question
                  title={t('sceneDeleteAsk')}
                  okText={t('delete')}
                  cancelText={t('cancel')}
                  onConfirm={() => void remove(scene)}
                >
                  <Button size="small" type="text" danger>
                    {t('delete')}
                  </Button>
                </Question>
              </>
            )}
          </li>
        ))}
        {scenes.data?.length === 0 && <li className="wall-empty">{t('scenesNothing')}</li>}
      </ul>
      {mayDirect && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim()) void save();
          }}
        >
          <Input
            value={name}
            maxLength={60}
            onChange={({ target }) => setName(target.value)}
            placeholder={t('sceneName')}
            aria-label={t('sceneName')}
          />
          <Button htmlType="submit" type="primary" disabled={!name.trim()}>
            {t('sceneSave')}
          </Button>
        </form>
      )}
      <label className="wall-cycle">
        <span>{t('cycle')}</span>
        <Select
          value={cycle}
          onChange={onCycle}
          disabled={(scenes.data?.length ?? 0) < 2}
          popupMatchSelectWidth={false}
          aria-label={t('cycle')}
          data-testid="cycle"
          options={[0, 15, 30, 60, 120].map((seconds) => ({
            value: seconds,
            label: seconds === 0 ? t('cycleOff') : t('cycleOf', { seconds: String(seconds) }),
          }))}
        />
      </label>
    </div>
  );
  return (
    <FloatingPanel open={open} onOpenChange={setOpen} placement="bottomRight" content={list} title={t('scenes')}>
      <button type="button" className="wall-button" aria-expanded={open} data-testid="scenes">
        {t('scenes')}
      </button>
    </FloatingPanel>
  );
}
