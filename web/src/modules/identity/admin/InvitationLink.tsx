import { Alert, Button, Input } from 'antd';
import { useI18n } from '../../../i18n';
import { useCopy } from '../../../kit/useCopy';
import type { Invitation } from '../hooks';
import { words } from '../words';

/** The link of an invitation, shown this once. */
export function InvitationLink({ invitation }: { invitation: Invitation }) {
  const { t } = useI18n(words);
  const copy = useCopy();
  return (
    <div className="invitation">
      <Alert type="warning" showIcon title={t('inviteOnce', { hours: String(invitation.hours) })} />
      <Input.TextArea
        readOnly
        autoSize
        value={invitation.link}
        aria-label={t('inviteDone')}
        data-testid="invitation-link"
        onFocus={({ target }) => target.select()}
      />
      <div>
        <Button type="primary" onClick={() => copy(invitation.link)}>
          {t('copyLink')}
        </Button>
      </div>
    </div>
  );
}
