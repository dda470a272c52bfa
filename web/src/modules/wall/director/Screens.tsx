import { useQueryClient } from '@tanstack/react-query';
import { Alert, App as AntApp, Button, Checkbox, Input, InputNumber, Typography } from 'antd';
import { useState } from 'react';
import { client, type Screen, take } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { Question } from '../../../keys/Floating';
import { words } from '../words';

/** Before its end a screen asks to be renewed. */
const RENEW_WITHIN = 30 * 86_400_000;

/** The screens: which are on, which are directed; new ones are set up and old ones taken down. */
export function Screens({
  screens,
  chosen,
  onChosen,
}: {
  screens: Screen[];
  chosen: number[];
  onChosen: (ids: number[]) => void;
}) {
  const { t, time } = useI18n(words);
  const { message } = AntApp.useApp();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [places, setPlaces] = useState(1);
  const [opened, setOpened] = useState<{ name: string; address: string }[]>([]);
  const [now] = useState(() => Date.now());
  const again = () => void queries.invalidateQueries({ queryKey: ['screens'] });
  const failed = (error: unknown) => void message.error(error instanceof Error ? error.message : t('problem'));
  const setUp = async () => {
    const made: { name: string; address: string }[] = [];
    for (let place = 1; place <= places; place += 1) {
      const title = places > 1 ? `${name.trim()} ${place}/${places}` : name.trim();
      const { screen, address } = await take(
        client.POST('/api/wall/screens', { body: { name: title, place, places } }),
      );
      made.push({ name: screen.name, address });
      // An address is told once: what has been made is shown, whatever becomes of the rest.
      setOpened([...made]);
    }
    setName('');
    again();
  };
  const renew = async (screen: Screen) => {
    const { address } = await take(
      client.POST('/api/wall/screens/{id}/renewal', { params: { path: { id: screen.id } } }),
    );
    // Who still has it open needs no address: it goes on by itself.
    if (screen.until == null) setOpened([{ name: screen.name, address }]);
    void message.success(t('screenRenewed', { name: screen.name }));
    again();
  };
  const takeDown = (screen: Screen) =>
    client
      .DELETE('/api/wall/screens/{id}', { params: { path: { id: screen.id } } })
      .then(({ response }) => {
        if (!response.ok) failed(null);
        onChosen(chosen.filter((id) => id !== screen.id));
        again();
      })
      .catch(failed);
  return (
    <section className="director-screens card" aria-label={t('screens')}>
      <h2>{t('screens')}</h2>
      <ul>
        {screens.map((screen) => (
          <li key={screen.id}>
            <Checkbox
              checked={chosen.includes(screen.id)}
              onChange={({ target }) =>
                onChosen(target.checked ? [...chosen, screen.id] : chosen.filter((id) => id !== screen.id))
              }
            >
              {screen.name}
            </Checkbox>
            <span className={`director-state ${screen.connected > 0 ? 'on' : ''}`}>
              {t(screen.connected > 0 ? 'screenOn' : 'screenOff')}
            </span>
            {(screen.until == null || Date.parse(screen.until) - now < RENEW_WITHIN) && (
              <>
                <Typography.Text type={screen.until == null ? 'danger' : 'warning'}>
                  {screen.until == null ? t('screenEnded') : t('screenEnds', { time: time(screen.until) })}
                </Typography.Text>
                <Button size="small" onClick={() => void renew(screen).catch(failed)}>
                  {t('renew')}
                </Button>
              </>
            )}
            <Question
              title={t('takeDownAsk')}
              okText={t('takeDown')}
              cancelText={t('cancel')}
              onConfirm={() => void takeDown(screen)}
            >
              <Button size="small" type="text" danger>
                {t('takeDown')}
              </Button>
            </Question>
          </li>
        ))}
        {screens.length === 0 && (
          <li>
            <Typography.Text type="secondary">{t('screensNothing')}</Typography.Text>
          </li>
        )}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) setUp().catch(failed);
        }}
      >
        <Input
          value={name}
          maxLength={50}
          onChange={({ target }) => setName(target.value)}
          placeholder={t('screenName')}
          aria-label={t('screenName')}
          data-testid="screen-name"
        />
        <label>
          <span>{t('screenPlaces')}</span>
          <InputNumber min={1} max={8} value={places} onChange={(value) => setPlaces(value ?? 1)} />
        </label>
        <Button htmlType="submit" disabled={!name.trim()} data-testid="set-up">
          {t('setUp')}
        </Button>
      </form>
      {opened.map(({ name: title, address }) => (
        <Alert
          key={address}
          type="info"
          title={t('openAddress', { name: title })}
          description={
            <Typography.Text copyable className="director-address" data-testid="screen-address">
              {address}
            </Typography.Text>
          }
        />
      ))}
    </section>
  );
}
