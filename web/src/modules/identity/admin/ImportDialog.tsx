import { DownloadOutlined, InboxOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Alert, App, Button, Modal, Spin, Steps, Upload } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../../i18n';
import { fileName, keep } from '../../../kit/downloads';
import { useFailed, useSaying } from '../../../kit/form/faults';
import { words } from '../words';
import { csv, type InvitedPerson, sendList, template } from './importing';
import { Refusals } from './Refusals';
import { useAccountsChanged } from './useAccountsChanged';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const steps = ['choose', 'check', 'done'] as const;

interface Chosen {
  name: string;
  /** What the file held when it was chosen: what is checked is what is imported. */
  file: Blob;
}

/** Makes accounts of a list of people: a template, a file that is checked at once, the links of who was made one. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t, number } = useI18n(words);
  const { modal } = App.useApp();
  const saying = useSaying();
  const failed = useFailed();
  const changed = useAccountsChanged();
  const [kept, setKept] = useState(false);
  const check = useMutation({ mutationFn: ({ file }: Chosen) => sendList(file, true) });
  const taking = useMutation({ mutationFn: ({ file }: Chosen) => sendList(file, false), onSuccess: changed });
  // Somebody may have taken a login since it was checked: then there is a list of faults again.
  const report = taking.data ?? check.data;
  const made = taking.data && taking.data.refused === 0 ? taking.data : null;
  const step = made ? 2 : report ? 1 : 0;
  const error = taking.error ?? check.error;
  const choose = async (chosen: File) => {
    try {
      check.mutate({ name: chosen.name, file: new Blob([await chosen.arrayBuffer()], { type: XLSX }) });
    } catch (unreadable) {
      failed(unreadable);
    }
  };
  const again = () => {
    check.reset();
    taking.reset();
  };
  const close = () => {
    if (!made || kept) onClose();
    else
      modal.confirm({
        title: t('peopleImportLeave'),
        content: t('peopleImportLeaveAsk'),
        okText: t('peopleImportLeaveAnyway'),
        okButtonProps: { danger: true },
        onOk: onClose,
      });
  };
  const download = (invitations: readonly InvitedPerson[]) => {
    const rows = [
      [t('personName'), t('login'), t('agency'), t('peopleImportLink')],
      ...invitations.map(({ name, login, agency, link }) => [name, login, agency, link]),
    ];
    keep(new Blob([csv(rows)], { type: 'text/csv;charset=utf-8' }), fileName(t('peopleImportLink'), 'csv'));
    setKept(true);
  };
  const busy = check.isPending || taking.isPending;
  const footer = made ? (
    <>
      <Button onClick={close}>{t('close')}</Button>
      <Button type="primary" icon={<DownloadOutlined aria-hidden />} onClick={() => download(made.invitations)}>
        {t('peopleImportDownload')}
      </Button>
    </>
  ) : (
    report &&
    !busy && (
      <>
        <Button type={report.refused > 0 ? 'primary' : 'default'} onClick={again}>
          {t(report.refused > 0 ? 'peopleImportAgain' : 'peopleImportOther')}
        </Button>
        {report.refused === 0 && (
          <Button type="primary" onClick={() => check.variables && taking.mutate(check.variables)}>
            {t('peopleImportTake', { n: number(report.rows) })}
          </Button>
        )}
      </>
    )
  );
  return (
    <Modal
      open
      width={760}
      title={t('peopleImport')}
      mask={{ closable: false }}
      keyboard={!busy}
      closable={!taking.isPending}
      onCancel={close}
      footer={footer || null}
    >
      <div className="import">
        <Steps
          size="small"
          responsive={false}
          current={step}
          aria-label={t('peopleImportSteps')}
          items={steps.map((name) => ({ title: t(`peopleImportStep_${name}`) }))}
        />
        {error && !busy && <Alert role="alert" type="error" showIcon title={saying(error)} />}
        {busy ? (
          <div className="import-busy" role="status">
            <Spin size="large" />
            {taking.isPending
              ? t('peopleImportTaking', { n: number(report?.rows ?? 0) })
              : t('peopleImportChecking', { name: check.variables?.name ?? '' })}
          </div>
        ) : made ? (
          <>
            <Alert role="status" type="success" showIcon title={t('peopleImportDone', { n: number(made.created) })} />
            <Alert type="warning" showIcon title={t('peopleImportOnce', { hours: number(made.hours) })} />
          </>
        ) : report ? (
          <Refusals report={report} />
        ) : (
          <>
            <div className="import-template">
              <p>{t('peopleImportExplain')}</p>
              <Button
                icon={<DownloadOutlined aria-hidden />}
                onClick={() =>
                  void template().then((file) => keep(file, fileName(t('peopleImportTemplateName'), 'xlsx')), failed)
                }
              >
                {t('peopleImportTemplate')}
              </Button>
            </div>
            <Upload.Dragger
              accept=".xlsx"
              showUploadList={false}
              beforeUpload={(file) => {
                void choose(file);
                return false;
              }}
            >
              <p className="ant-upload-drag-icon">
                <InboxOutlined aria-hidden />
              </p>
              <p>{t('peopleImportDrop')}</p>
              <small>{t('peopleImportDropHint')}</small>
            </Upload.Dragger>
          </>
        )}
      </div>
    </Modal>
  );
}
