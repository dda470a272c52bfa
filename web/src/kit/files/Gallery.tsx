import { AudioOutlined, FileOutlined } from '@ant-design/icons';
import { Image } from 'antd';
import type { ReactNode } from 'react';
import type { Schemas } from '../../api/client';
import { useI18n } from '../../i18n';
import classes from './Files.module.css';

export type AttachedFile = Schemas['AttachedFile'];

interface Props {
  files: readonly AttachedFile[];
  /** Where a file of the record lies. */
  addressOf: (file: AttachedFile, isSmall: boolean) => string;
  /** What stands below one. */
  below?: (file: AttachedFile) => ReactNode;
  testId?: string;
}

/** Files of a record: photos that open large, one after the other; films and recordings that play; documents to save. */
export function Gallery({ files, addressOf, below, testId }: Props) {
  const { t } = useI18n();
  return (
    <Image.PreviewGroup>
      <ul className={classes['gallery']} data-testid={testId}>
        {files.map((file) => (
          <li key={file.id}>
            <Shown file={file} addressOf={addressOf} saying={t('filesSave')} />
            {below && <div className="hint-text">{below(file)}</div>}
          </li>
        ))}
      </ul>
    </Image.PreviewGroup>
  );
}

function Shown({ file, addressOf, saying }: Pick<Props, 'addressOf'> & { file: AttachedFile; saying: string }) {
  const address = addressOf(file, false);
  switch (file.kind) {
    case 'picture':
      return <Image src={addressOf(file, true)} preview={{ src: address }} alt={file.name} width={160} height={120} />;
    case 'video':
      // biome-ignore lint/a11y/useMediaCaption: who films on the street writes no captions; the case says what is seen
      return <video src={address} controls preload="metadata" aria-label={file.name} />;
    case 'audio':
      return (
        <figure>
          <AudioOutlined aria-hidden />
          {/* biome-ignore lint/a11y/useMediaCaption: a recording has none; the case says what is told */}
          <audio src={address} controls preload="none" aria-label={file.name} />
        </figure>
      );
    default:
      return (
        <a href={address} download={file.name || true} title={saying}>
          <FileOutlined aria-hidden /> {file.name || saying}
        </a>
      );
  }
}
