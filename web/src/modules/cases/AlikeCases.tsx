import { Empty, Tag } from 'antd';
import { Link } from 'react-router';
import type { Schemas } from '../../api/client';
import { useI18n } from '../../i18n';
import classes from './Cases.module.css';
import { useCaseNames } from './names';
import { words } from './words';

/** Cases that may be the same as the one that is open: who takes it in looks at them first. */
export function AlikeCases({ cases }: { cases: readonly Schemas['AlikeCase'][] }) {
  const { t, time } = useI18n(words);
  const names = useCaseNames();
  if (cases.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('alikeNone')} />;
  return (
    <>
      <p className="hint-text">{t('alikeHint')}</p>
      <ul className={classes['tasks']} data-testid="alike">
        {cases.map(({ id, number, title, detail, status, reported_at, metres }) => (
          <li key={id}>
            <Link to={`/cases/${id}`}>{number}</Link> {title} <Tag>{names.status(status)}</Tag>
            <div className="hint-text">
              {time(reported_at)} · {t('alikeAt', { n: String(Math.round(metres)) })}
            </div>
            {detail}
          </li>
        ))}
      </ul>
    </>
  );
}
