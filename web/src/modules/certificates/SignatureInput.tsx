import { CloseOutlined, FileDoneOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { Alert, Button, Input, Upload } from 'antd';
import { type Dispatch, type SetStateAction, useState } from 'react';
import { useI18n } from '../../i18n';
import { type Piece, sniff } from './sniff';
import { type TextKey, words } from './words';

type Signature = Extract<Piece, { kind: 'cms' | 'raw' }>;
type Certificate = Extract<Piece, { kind: 'certificate' }>;
/** By which file it came. */
type From<T> = T & { from: string };

/** What was brought back so far: the signature, and the signer's certificate where it isn't in it. */
export interface Brought {
  signature: From<Signature> | null;
  certificate: From<Certificate> | null;
  /** What is typed or pasted, as it stands. */
  text: string;
}
export const nothing: Brought = { signature: null, certificate: null, text: '' };

interface Props {
  brought: Brought;
  onBring: Dispatch<SetStateAction<Brought>>;
}

/** Takes the signature in by files or as pasted text, and says what it is. */
export function SignatureInput({ brought, onBring }: Props) {
  const { t } = useI18n(words);
  const [fault, setFault] = useState<TextKey | null>(null);
  const take = (bytes: Uint8Array, from: string) => {
    const pieces = sniff(bytes);
    setFault(
      pieces.some(({ kind }) => kind === 'secret')
        ? 'broughtSecret'
        : pieces.every(({ kind }) => kind === 'unknown')
          ? 'broughtUnknown'
          : null,
    );
    const pems = pieces.flatMap((piece) => (piece.kind === 'certificate' ? [piece.pem] : []));
    const signature = pieces.findLast((piece): piece is Signature => piece.kind === 'cms' || piece.kind === 'raw');
    onBring((before) => ({
      ...before,
      ...(signature ? { signature: { ...signature, from } } : {}),
      ...(pems.length > 0 ? { certificate: { kind: 'certificate', pem: pems.join('\n'), from } } : {}),
    }));
  };
  const paste = (text: string) => {
    onBring((before) => ({ ...before, text }));
    if (text.trim() === '') setFault(null);
    else take(new TextEncoder().encode(text), t('broughtPasted'));
  };
  const { signature, certificate, text } = brought;
  const found = [
    ...(signature
      ? [
          {
            key: 'signature',
            icon: <FileDoneOutlined aria-hidden />,
            title: t(`brought_${signature.kind}`),
            from: signature.from,
          },
        ]
      : []),
    ...(certificate
      ? [
          {
            key: 'certificate',
            icon: <SafetyCertificateOutlined aria-hidden />,
            title: t('brought_certificate'),
            from: certificate.from,
          },
        ]
      : []),
  ];
  return (
    <div className="brought">
      <Upload.Dragger
        multiple
        showUploadList={false}
        beforeUpload={(file) => {
          void file.arrayBuffer().then((buffer) => take(new Uint8Array(buffer), file.name));
          return false;
        }}
      >
        <p>{t('bringFiles')}</p>
        <small>{t('bringFilesHint')}</small>
      </Upload.Dragger>
      <Input.TextArea
        className="pem"
        rows={2}
        spellCheck={false}
        autoComplete="off"
        aria-label={t('bringText')}
        placeholder={t('bringText')}
        value={text}
        onChange={({ target }) => paste(target.value)}
      />
      {fault && <Alert role="alert" type={fault === 'broughtSecret' ? 'error' : 'warning'} showIcon title={t(fault)} />}
      {found.length > 0 && (
        <ul className="brought-list" aria-label={t('broughtList')}>
          {found.map(({ key, icon, title, from }) => (
            <li key={key}>
              {icon}
              <span>
                <strong>{title}</strong> <small>{from}</small>
              </span>
              <Button
                type="text"
                size="small"
                icon={<CloseOutlined aria-hidden />}
                aria-label={t('broughtDrop', { what: title })}
                onClick={() => onBring((before) => ({ ...before, [key]: null }))}
              />
            </li>
          ))}
        </ul>
      )}
      {signature?.kind === 'raw' && !certificate && <p className="hint-text">{t('signerNeeded')}</p>}
    </div>
  );
}
