import { EnvironmentOutlined } from '@ant-design/icons';
import { Page } from '../../kit/Page';
import { useLocation } from 'react-router';
import { useI18n } from '../../i18n';
import { words } from './words';
import { PersonCard } from './PersonCard';
import { usePerson } from './person';

const ZOOM = 17;

/** /people/{id}: one person's record. */
export default function PersonPage() {
  const { t } = useI18n(words);
  const { pathname } = useLocation();
  const id = Number(pathname.split('/')[2]);
  const known = Number.isSafeInteger(id) && id > 0;
  return (
    <Page title={t('personTitle')}>
      <div className="person-page">
        <section className="tile">
          {known ? <PersonCard id={id} /> : <p className="hint-text">{t('personNone')}</p>}
          {known && <Place id={id} />}
        </section>
      </div>
    </Page>
  );
}

/** In which regions the person lives, and the way to the map. */
function Place({ id }: { id: number }) {
  const { t } = useI18n(words);
  const { data } = usePerson(id);
  if (!data) return null;
  return (
    <>
      <p className="hint-text">{data.path.map((region) => region.name).join(' › ')}</p>
      <a href={`/map?at=${data.lon.toFixed(5)},${data.lat.toFixed(5)},${ZOOM}`}><EnvironmentOutlined aria-hidden /> {t('personOnMap')}</a>
    </>
  );
}
