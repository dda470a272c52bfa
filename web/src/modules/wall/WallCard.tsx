import { Button } from 'antd';
import { useI18n } from '../../i18n';
import { HomeRow, HomeRows, HomeTile } from '../../kit/HomeTile';
import { useScenes } from './Scenes';
import { words } from './words';

/** The way to the walls and to who directs them. */
export default function WallCard() {
  const { t } = useI18n(words);
  const scenes = useScenes();
  const items = (scenes.data ?? []).slice(0, 4);
  return (
    <HomeTile title={t('wallCard')} to="/director" testId="home-wall">
      <div className="actions">
        <Button type="primary" href="/wall" target="_blank">
          {t('wallOpen')}
        </Button>
        <Button href="/director">{t('directorTitle')}</Button>
      </div>
      {items.length > 0 && (
        <HomeRows>
          {items.map((scene) => (
            <HomeRow key={scene.id} to="/director" title={scene.name} note={t('scenes')} />
          ))}
        </HomeRows>
      )}
    </HomeTile>
  );
}
