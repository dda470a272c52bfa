import { EllipsisOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Dropdown } from 'antd';
import { useState } from 'react';
import { client, done } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { useFailed } from '../../../kit/form/faults';
import type { Agency } from '../hooks';
import { words } from '../words';
import { AgencyDialog } from './AgencyDialog';
import type { Branch } from './tree';

/** What can be done with the chosen agency: one below it, a change, the end of it. */
export function AgencyMenu({
  agency,
  tree,
  onClosed,
}: {
  agency: Agency | null;
  tree: Branch[];
  onClosed: () => void;
}) {
  const { t } = useI18n(words);
  const { modal, message } = App.useApp();
  const failed = useFailed();
  const queries = useQueryClient();
  const [dialog, setDialog] = useState<'new' | 'change' | null>(null);
  const close = (closing: Agency) =>
    modal.confirm({
      title: t('agencyClose'),
      content: t('agencyCloseAsk', { name: closing.name }),
      okButtonProps: { danger: true },
      onOk: () =>
        done(client.DELETE('/api/agencies/{id}', { params: { path: { id: closing.id } } })).then(() => {
          void message.success(t('agencyClosed'));
          void queries.invalidateQueries({ queryKey: ['agencies'] });
          onClosed();
        }, failed),
    });
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            { key: 'new', label: t('agencyNew') },
            { key: 'change', label: t('agencyChange'), disabled: !agency },
            { key: 'close', label: t('agencyClose'), danger: true, disabled: !agency },
          ],
          onClick: ({ key }) => {
            if (key === 'close') {
              if (agency) close(agency);
            } else setDialog(key === 'new' ? 'new' : 'change');
          },
        }}
      >
        <Button
          size="small"
          icon={<EllipsisOutlined />}
          aria-label={[t('agencyNew'), t('agencyChange')].join(t('listComma'))}
          data-testid="agency-menu"
        />
      </Dropdown>
      {dialog && (
        <AgencyDialog
          agency={dialog === 'change' ? agency : null}
          parent={agency}
          tree={tree}
          onClose={() => setDialog(null)}
        />
      )}
    </>
  );
}
