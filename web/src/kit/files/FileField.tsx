import { CameraOutlined, PaperClipOutlined } from '@ant-design/icons';
import { Button, Upload, type UploadFile } from 'antd';
import { useState } from 'react';
import { client } from '../../api/client';
import { useI18n } from '../../i18n';
import classes from './Files.module.css';
import { sendFile } from './send';

/** What is taken. A telephone gives photos as JPEG where that is asked for by name. */
const TAKEN =
  'image/jpeg,image/png,image/webp,video/mp4,video/quicktime,video/webm,audio/*,.pdf,.doc,.docx,.xls,.xlsx,.txt';
const PHOTOS = 'image/jpeg,image/png,image/webp';
const MOST = 20;

interface Props {
  /** The keys of what was sent, as the form keeps them; an empty one of what is still being sent. */
  value?: readonly string[];
  onChange?: (keys: readonly string[]) => void;
  id?: string;
  /** Only photos make sense here. */
  isPhotos?: boolean;
}

interface Sent {
  key: string;
}

const keysOf = (list: readonly UploadFile<Sent>[]): string[] =>
  list.filter(({ status }) => status !== 'error').map(({ response }) => response?.key ?? '');

/** Photos, recordings and documents: several at once, each sent as it is chosen. */
export function FileField({ onChange, id, isPhotos = false }: Props) {
  const { t } = useI18n();
  const [list, setList] = useState<UploadFile<Sent>[]>([]);
  return (
    <Upload<Sent>
      {...(id ? { id } : {})}
      className={classes['field'] ?? ''}
      multiple
      maxCount={MOST}
      accept={isPhotos ? PHOTOS : TAKEN}
      listType="picture"
      fileList={list}
      customRequest={({ file, onProgress, onSuccess, onError }) => {
        const stop = sendFile(file as File, {
          onProgress: (percent) => onProgress?.({ percent }),
          onSent: (key) => onSuccess?.({ key }),
          onFailed: (error) => onError?.(error),
        });
        return { abort: stop };
      }}
      onChange={({ fileList }) => {
        const told = fileList.map((file) =>
          file.status === 'error' ? { ...file, response: (file.error as Error | undefined)?.message as never } : file,
        );
        setList(told);
        onChange?.(keysOf(fileList));
      }}
      onRemove={({ response }) => {
        if (response?.key) void client.DELETE('/api/files/{key}', { params: { path: { key: response.key } } });
      }}
    >
      <Button icon={isPhotos ? <CameraOutlined aria-hidden /> : <PaperClipOutlined aria-hidden />}>
        {t(isPhotos ? 'filesAddPhotos' : 'filesAdd')}
      </Button>
    </Upload>
  );
}
