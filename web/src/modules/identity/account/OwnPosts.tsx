import { useQueryClient } from '@tanstack/react-query';
import { Button, Tag } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { actIn } from '../../../api/reader';
import { useI18n } from '../../../i18n';
import { useFailed } from '../../../kit/form/faults';
import type { Holding } from '../hooks';
import { usePeriod } from '../period';
import { words } from '../words';

/** The posts that one holds, and the one in which one acts. */
export function OwnPosts({ posts, acting }: { posts: Holding[]; acting: number | null }) {
  const { t } = useI18n(words);
  const failed = useFailed();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const period = usePeriod();
  const [busy, setBusy] = useState<number | null>(null);
  const [now] = useState(() => Date.now());
  const act = (id: number) => {
    setBusy(id);
    actIn(queries, id).then(
      () => void navigate('/'),
      (error: unknown) => {
        setBusy(null);
        failed(error);
      },
    );
  };
  return (
    <section className="tile" aria-labelledby="posts-title">
      <h2 id="posts-title">{t('myPosts')}</h2>
      <p className="hint-text">{posts.length === 0 ? t('noPosts') : t('myPostsExplain')}</p>
      <ul className="rows">
        {posts.map((holding) => (
          <li key={holding.id}>
            <div>
              <strong>{holding.post}</strong> {holding.stand_in && <Tag color="warning">{t('standIn')}</Tag>}
              <small>
                {[holding.agency, holding.role_name, period(null, holding.until_at)].filter(Boolean).join(' · ')}
              </small>
            </div>
            {holding.id === acting ? (
              <Tag color="processing">{t('actingNow')}</Tag>
            ) : Date.parse(holding.from_at) > now ? (
              <Tag>{t('notYet')}</Tag>
            ) : (
              <Button size="small" loading={busy === holding.id} onClick={() => act(holding.id)}>
                {t('actIn')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
