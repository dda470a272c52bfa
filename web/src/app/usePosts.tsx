import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { Session } from '../api/client';
import { useOwn } from '../api/hooks';
import { actIn } from '../api/reader';
import { useI18n } from '../i18n';
import { useFailed } from '../kit/form/faults';
import classes from './Shell.module.css';

/** The posts that have begun of who is signed in, as entries of a menu, and the way to act in one of them. */
export function usePosts({ account }: Session, asked = true) {
  const { t } = useI18n();
  const failed = useFailed();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const own = useOwn(asked && account != null);
  const [now] = useState(() => Date.now());
  const posts = (own.data?.posts ?? [])
    .filter(({ from_at }) => Date.parse(from_at) <= now)
    .map(({ id, post, agency, stand_in }) => ({
      id,
      current: id === account?.holding,
      label: (
        <span className={classes['post']}>
          {post}
          {stand_in && `（${t('standIn')}）`}
          <small>{agency}</small>
        </span>
      ),
    }));
  const switchTo = (id: number) => actIn(queries, id).then(() => void navigate('/'), failed);
  return { posts, switchTo };
}
