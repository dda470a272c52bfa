import { DownloadOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useState } from 'react';
import { ProblemError } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { Menu } from '../../../keys/Floating';
import { PartMissing } from '../../../kit/part/fetching';
import { type TextKey, words } from '../words';

/** A file that can be had. */
export interface Download {
  key: string;
  label: TextKey;
  run: () => Promise<void>;
}

/** Files to download; while one is made the button says so, and what went wrong is told. */
export function DownloadMenu({ label, downloads, testId }: { label: string; downloads: Download[]; testId?: string }) {
  const { t } = useI18n(words);
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const run = async (download: Download) => {
    setBusy(true);
    try {
      await download.run();
      void message.success(t('downloaded'));
    } catch (error) {
      void message.error(
        `${t('downloadFailed')} — ${error instanceof ProblemError ? error.message : t(error instanceof PartMissing ? 'partMissingText' : 'network')}`,
      );
    } finally {
      setBusy(false);
    }
  };
  return (
    <Menu
      menu={{
        items: downloads.map((download) => ({
          key: download.key,
          label: <span data-testid={`download-${download.key}`}>{t(download.label)}</span>,
        })),
        onClick: ({ key }) => {
          const download = downloads.find((known) => known.key === key);
          if (download) void run(download);
        },
      }}
    >
      <Button
        size="small"
        loading={busy}
        icon={<DownloadOutlined />}
        aria-label={label}
        title={label}
        data-testid={testId}
      >
        {t('download')}
      </Button>
    </Menu>
  );
}
