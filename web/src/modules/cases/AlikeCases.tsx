import { Empty, Image, Tag } from 'antd';
import { Link } from 'react-router';
import type { Schemas } from '../../api/client';
import { useI18n } from '../../i18n';
import classes from './Cases.module.css';
import { fileOf } from './caseAddress';
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
        {cases.map(({ id, number, title, detail, status, reported_at, metres, picture }) => (
          <li key={id} className={classes['pair']}>
            {picture != null && (
              <Image
                src={fileOf(id, picture, true)}
                alt={title}
                width={120}
                height={90}
                preview={{ src: fileOf(id, picture, false) }}
              />
            )}
            <div>
              <Link to={`/cases/${id}`}>{number}</Link> {title} <Tag>{names.status(status)}</Tag>
              <div className="hint-text">
                {time(reported_at)} · {t('alikeAt', { n: String(Math.round(metres)) })}
              </div>
              {detail}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
