import { useQuery } from '@tanstack/react-query';
import { client, take } from '../../api/client';
import { useI18n } from '../../i18n';
import { HomeRow, HomeRows, HomeTile } from '../../kit/HomeTile';
import { addressOf } from './planner/SavedPanel';
import { words } from './words';

const ROWS = 5;

/** The views of the map that one has kept. */
export default function SavedCard() {
  const { t, time } = useI18n(words);
  const saved = useQuery({ queryKey: ['saved'], queryFn: () => take(client.GET('/api/saved')) });
  const views = (saved.data?.items ?? []).filter(({ kind }) => kind === 'view').slice(0, ROWS);
  return (
    <HomeTile title={t('savedViews')} to="/map?tab=saved" of={saved} testId="home-saved">
      {views.length === 0 ? (
        <p className="hint-text">{t('savedNothingViews')}</p>
      ) : (
        <HomeRows>
          {views.map((view) => (
            <HomeRow key={view.id} to={addressOf(view) ?? '/map'} title={view.name} note={time(view.created_at)} />
          ))}
        </HomeRows>
      )}
    </HomeTile>
  );
}
