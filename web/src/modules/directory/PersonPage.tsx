import { EnvironmentOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useLocation } from 'react-router';
import { useI18n } from '../../i18n';
import { RecordPage } from '../../kit/record/RecordPage';
import { PersonCard } from './PersonCard';
import { usePerson } from './person';
import { words } from './words';

const ZOOM = 17;

/** /people/{id}: one person's record. */
export default function PersonPage() {
  const { pathname } = useLocation();
  const id = Number(pathname.split('/')[2]);
  return Number.isSafeInteger(id) && id > 0 ? <Known id={id} /> : <Unknown />;
}

function Unknown() {
  const { t } = useI18n(words);
  return <RecordPage title={t('personTitle')} card={<p className="hint-text">{t('personNone')}</p>} />;
}

function Known({ id }: { id: number }) {
  const { t } = useI18n(words);
  const { data } = usePerson(id);
  return (
    <RecordPage
      title={t('personTitle')}
      card={<PersonCard id={id} />}
      actions={
        data && (
          <Button
            icon={<EnvironmentOutlined aria-hidden />}
            href={`/map?at=${data.lon.toFixed(5)},${data.lat.toFixed(5)},${ZOOM}&pick=person,${id},${data.lon.toFixed(5)},${data.lat.toFixed(5)}`}
          >
            {t('personOnMap')}
          </Button>
        )
      }
      place={data && <p className="hint-text">{data.path.map((region) => region.name).join(' › ')}</p>}
    />
  );
}
