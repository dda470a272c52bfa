import { useState } from 'react';
import { useI18n } from '../../i18n';
import { HomeRow, HomeRows, HomeTile } from '../../kit/HomeTile';
import { useAuthorities } from './queries';
import { listStanding, validity } from './standing';
import { words } from './words';

/** Authorities whose certificates or revocation lists run out, before nobody can sign in by them. */
export default function ListsCard() {
  const { t } = useI18n(words);
  const authorities = useAuthorities();
  const [now] = useState(() => Date.now());
  const rows = (authorities.data ?? []).map((authority) => ({
    authority,
    standing: listStanding(authority, now),
    holds: validity(authority.not_after, now),
  }));
  const uneasy = rows.filter(({ standing, holds }) => standing !== 'good' || holds !== 'good');
  return (
    <HomeTile title={t('listsCard')} to="/admin/authorities" of={authorities} testId="home-authorities">
      {uneasy.length === 0 ? (
        <p className="hint-text">{t(rows.length === 0 ? 'authoritiesNone' : 'listsCardGood', { n: rows.length })}</p>
      ) : (
        <HomeRows>
          {uneasy.map(({ authority, standing, holds }) => (
            <HomeRow
              key={authority.id}
              to="/admin/authorities"
              title={authority.name}
              note={standing === 'good' && holds !== 'good' ? t(`validity_${holds}`) : t(`crl_${standing}`)}
            />
          ))}
        </HomeRows>
      )}
    </HomeTile>
  );
}
