import { Alert, Input, Upload } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n';
import { sniff } from './sniff';
import { type TextKey, words } from './words';

interface Props {
  id?: string;
  value?: string;
  onChange?: (pem: string) => void;
}

/** A certificate in a form, by a file in PEM or DER, or pasted. A private key is turned away before it is sent. */
export function CertificateField({ id, value = '', onChange }: Props) {
  const { t } = useI18n(words);
  const [fault, setFault] = useState<TextKey | null>(null);
  const read = (bytes: Uint8Array): string | null => {
    const pieces = sniff(bytes);
    const isSecret = pieces.some(({ kind }) => kind === 'secret');
    const pems = pieces.flatMap((piece) => (piece.kind === 'certificate' ? [piece.pem] : []));
    setFault(isSecret ? 'broughtSecret' : pems.length === 0 ? 'certificateUnknown' : null);
    return isSecret || pems.length === 0 ? null : pems.join('\n');
  };
  const type = (text: string) => {
    if (text.trim() === '') setFault(null);
    else if (read(new TextEncoder().encode(text)) === null && text.includes('PRIVATE KEY')) return onChange?.('');
    return onChange?.(text);
  };
  return (
    <div className="brought">
      <Upload.Dragger
        showUploadList={false}
        beforeUpload={(file) => {
          void file.arrayBuffer().then((buffer) => onChange?.(read(new Uint8Array(buffer)) ?? ''));
          return false;
        }}
      >
        <p>{t('certificateFile')}</p>
        <small>{t('certificateFileHint')}</small>
      </Upload.Dragger>
      <Input.TextArea
        id={id}
        className="pem"
        rows={4}
        spellCheck={false}
        autoComplete="off"
        value={value}
        placeholder={t('certificatePaste')}
        onChange={({ target }) => type(target.value)}
      />
      {fault && <Alert role="alert" type={fault === 'broughtSecret' ? 'error' : 'warning'} showIcon title={t(fault)} />}
    </div>
  );
}
