import { useI18n } from '../../i18n';
import { HomeRow, HomeRows, HomeTile } from '../../kit/HomeTile';
import { usePortal } from './hooks';
import { words } from './words';

/** The other systems that one sign-in opens. */
export default function SystemsCard() {
  const { t } = useI18n(words);
  const portal = usePortal();
  const systems = portal.data?.systems ?? [];
  return (
    <HomeTile title={t('portalSystems')} to="/portal" of={portal} testId="home-systems">
      {systems.length === 0 ? (
        <p className="hint-text">{t('portalNone')}</p>
      ) : (
        <HomeRows>
          {systems.slice(0, 5).map(({ id, name, about, home_url, signed_in }) => (
            <HomeRow key={id} outside to={home_url} title={name} note={signed_in ? t('portalSignedIn') : about} />
          ))}
        </HomeRows>
      )}
    </HomeTile>
  );
}
