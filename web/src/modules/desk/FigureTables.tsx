import type { Statistics } from '../../api/client';
import { useI18n } from '../../i18n';
import { everyMonth } from './charts/months';
import type { Figure } from './figures';
import { words } from './words';

/** The figures as tables, to read and to copy. */
export function FigureTables({ statistics, figures }: { statistics: Statistics; figures: Figure[] }) {
  const { t, number } = useI18n(words);
  return (
    <div className="figures">
      {statistics.people && (
        <table>
          <caption>{t('agesTitle')}</caption>
          <thead>
            <tr>
              <th>{t('band')}</th>
              <th>{t('male')}</th>
              <th>{t('female')}</th>
            </tr>
          </thead>
          <tbody>
            {statistics.people.ages.map((age) => (
              <tr key={age.band}>
                <th scope="row">{age.band}</th>
                <td>{number(age.male)}</td>
                <td>{number(age.female)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {figures.map((figure) => (
        <table key={figure.title}>
          <caption>{t(figure.title)}</caption>
          <thead>
            <tr>
              <th>{t('name')}</th>
              <th>{t('count')}</th>
            </tr>
          </thead>
          <tbody>
            {figure.rows.map((row) => (
              <tr key={row.name}>
                <th scope="row">{row.name}</th>
                <td>{number(row.value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
      <table>
        <caption>{t('monthsTitle')}</caption>
        <thead>
          <tr>
            <th>{t('month')}</th>
            <th>{t('count')}</th>
          </tr>
        </thead>
        <tbody>
          {everyMonth(statistics.cases.months).map((row) => (
            <tr key={row.month}>
              <th scope="row">{row.month}</th>
              <td>{number(row.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
