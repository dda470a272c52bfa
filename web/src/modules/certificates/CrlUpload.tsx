import { UploadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Upload } from 'antd';
import type { ReactNode } from 'react';
import { client, take } from '../../api/client';
import { useI18n } from '../../i18n';
import { useSaying } from '../../kit/form/faults';
import type { Authority } from './queries';
import { words } from './words';

interface Props {
  authority: Authority;
  onTaken: () => void;
  /** What stands beside the button. */
  children?: ReactNode;
}

/** Takes a revocation list in from a file, and says what it brought or why it wasn't taken. */
export function CrlUpload({ authority: { id, name }, onTaken, children }: Props) {
  const { t, time, number } = useI18n(words);
  const saying = useSaying();
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: (file: Blob) =>
      take(
        client.POST('/api/authorities/{id}/crl', {
          // The document says text; a list in DER goes as the bytes that it is.
          params: { path: { id } },
          body: file as unknown as string,
          bodySerializer: (body) => body,
          headers: { 'Content-Type': 'application/pkix-crl' },
        }),
      ),
    onSuccess: onTaken,
  });
  return (
    <>
      {data && (
        <Alert
          role="status"
          type="success"
          showIcon
          title={t('crlTaken', { count: number(data.revoked), next: time(data.next_update) })}
        />
      )}
      {error && <Alert role="alert" type="error" showIcon title={saying(error)} />}
      <div className="actions">
        <Upload
          showUploadList={false}
          accept=".crl,.pem,.der"
          beforeUpload={(file) => {
            mutate(file);
            return false;
          }}
        >
          <Button icon={<UploadOutlined aria-hidden />} loading={isPending} aria-label={`${t('crlUpload')} ${name}`}>
            {t('crlUpload')}
          </Button>
        </Upload>
        {children}
      </div>
    </>
  );
}
