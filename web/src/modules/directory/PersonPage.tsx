import { EnvironmentOutlined } from '@ant-design/icons';
import type { Session } from '../../api/client';
import { Frame } from '../../app/Frame';
import { useI18n } from '../../i18n';
import { PersonCard } from './PersonCard';
import { usePerson } from './person';

const ZOOM = 17;

/** /people/{id}: one person's record. */
export default function PersonPage({ session }: { session: Session }) {
  const { t } = useI18n();
  const id = Number(location.pathname.split('/')[2]);
  const known = Number.isSafeInteger(id) && id > 0;
  return (
    <Frame session={session} title={t('personTitle')}>
      <main className="office-body person-page">
        <section className="tile">
          {known ? <PersonCard id={id} /> : <p className="hint-text">{t('personNone')}</p>}
          {known && <Place id={id} />}
        </section>
      </main>
    </Frame>
  );
}

/** In which regions the person lives, and the way to the map. */
function Place({ id }: { id: number }) {
  const { t } = useI18n();
  const { data } = usePerson(id);
  if (!data) return null;
  return (
    <>
      <p className="hint-text">{data.path.map((region) => region.name).join(' › ')}</p>
      <a href={`/map?at=${data.lon.toFixed(5)},${data.lat.toFixed(5)},${ZOOM}`}><EnvironmentOutlined aria-hidden /> {t('personOnMap')}</a>
    </>
  );
}
