import './identity.css';
import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useNavigate } from 'react-router';
import type { Session } from '../../api/client';
import { signOut } from '../../api/reader';
import { useI18n } from '../../i18n';
import { EntryCard } from '../../kit/EntryCard';
import { PasswordChange } from './account/PasswordChange';
import { words } from './words';

/** All that somebody can do whose password has run out: set a new one, or leave. */
export default function MustChange({ session }: { session: Session }) {
  const { t } = useI18n(words);
  const queries = useQueryClient();
  const navigate = useNavigate();
  return (
    <EntryCard title={t('mustChangeTitle')} text={t('mustChangeExplain', { name: session.name })}>
      <PasswordChange
        session={session}
        button={t('mustChangeButton')}
        onDone={() => void queries.invalidateQueries({ queryKey: ['session'] })}
      />
      <Button type="link" block onClick={() => void signOut(queries).then(() => navigate('/signin'))}>
        {t('signOut')}
      </Button>
    </EntryCard>
  );
}
