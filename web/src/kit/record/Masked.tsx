import { EyeInvisibleOutlined, EyeOutlined, LockOutlined } from '@ant-design/icons';
import { Button, Tooltip } from 'antd';
import { useI18n } from '../../i18n';
import classes from './Masked.module.css';

interface Props {
  /** What is called so. */
  name: string;
  /** What the server shows of it: the value itself, or what a mask leaves of it. */
  shown: string;
  /** How sensitive it is, where it is masked. */
  level?: string | undefined;
  /** Unmasked for a while: the value, or that there is none, and the seconds that are left. */
  plain?: { value: string | null; left: number } | undefined;
  /** The way to see it, for who may. */
  onAsk?: (() => void) | undefined;
  onHide?: () => void;
  /** A code in words. */
  say?: (value: string) => string;
}

const NOTHING_LEFT = '***';

/** A sensitive value: masked, or unmasked for a while. */
export function Masked({ name, shown, level, plain, onAsk, onHide, say = (value) => value }: Props) {
  const { t } = useI18n();
  if (plain) {
    return (
      <span className={classes['masked']}>
        <b data-testid="plain">{plain.value === null ? t('unmaskEmpty') : say(plain.value)}</b>
        <Button
          type="text"
          size="small"
          icon={<EyeInvisibleOutlined />}
          aria-label={t('unmaskHide', { n: name })}
          onClick={onHide}
        />
        <small role="timer">{t('unmaskLeft', { n: String(plain.left) })}</small>
      </span>
    );
  }
  return (
    <span className={classes['masked']}>
      <Tooltip title={level && t('maskedLevel', { n: level })}>
        <span className={classes['cover']}>
          <LockOutlined aria-hidden /> {shown === NOTHING_LEFT ? t('maskedOnly') : shown}
        </span>
      </Tooltip>
      {onAsk && (
        <Button
          type="text"
          size="small"
          icon={<EyeOutlined />}
          aria-label={t('unmaskOf', { n: name })}
          onClick={onAsk}
        />
      )}
    </span>
  );
}
