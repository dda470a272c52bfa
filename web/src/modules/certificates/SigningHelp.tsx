import { CopyOutlined } from '@ant-design/icons';
import { Button, Collapse, Segmented } from 'antd';
import { Fragment, useState } from 'react';
import { useI18n } from '../../i18n';
import { useCopy } from '../../kit/useCopy';
import { words } from './words';

export const CHALLENGE_FILE = 'gridhall-challenge.txt';

/** What OpenSSL 3 takes; its CMS has no SM2, so that is signed bare. */
const COMMANDS = {
  rsa: `openssl cms -sign -binary -in ${CHALLENGE_FILE} -signer cert.pem -inkey key.pem -md sha256 -outform DER -out challenge.p7s`,
  sm2: `openssl dgst -sm3 -sigopt distid:1234567812345678 -sign key.pem -out challenge.sig ${CHALLENGE_FILE}`,
} as const;

/** How a challenge is signed: with the vendor's tool, or from a file of the key with OpenSSL. */
export function SigningHelp() {
  const { t } = useI18n(words);
  const copy = useCopy();
  const [kind, setKind] = useState<keyof typeof COMMANDS>('rsa');
  return (
    <>
      <p className="hint-text">{t('signExplain')}</p>
      <Collapse
        size="small"
        ghost
        items={[
          {
            key: 'openssl',
            label: t('signByOpenssl'),
            children: (
              <div className="command">
                <Segmented<keyof typeof COMMANDS>
                  value={kind}
                  onChange={setKind}
                  options={[
                    { value: 'rsa', label: t('signRsa') },
                    { value: 'sm2', label: t('signSm2') },
                  ]}
                />
                <pre tabIndex={0} role="group" aria-label={t('signByOpenssl')}>
                  {COMMANDS[kind].split(' ').map((word) => (
                    <Fragment key={word}>
                      <span>{word}</span>{' '}
                    </Fragment>
                  ))}
                </pre>
                <p className="hint-text">{t(kind === 'rsa' ? 'signRsaHint' : 'signSm2Hint')}</p>
                <div>
                  <Button size="small" icon={<CopyOutlined aria-hidden />} onClick={() => copy(COMMANDS[kind])}>
                    {t('signCopy')}
                  </Button>
                </div>
              </div>
            ),
          },
        ]}
      />
    </>
  );
}
