import { Input } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../../i18n';
import { words } from '../words';

/** The bounds as people write them; shares as per cent. */
const written = (bounds: readonly number[], percent: boolean) =>
  bounds.map((bound) => Number((percent ? bound * 100 : bound).toPrecision(6))).join(', ');

/** Bounds of classes by hand: taken over when they are numbers that rise. */
export function OwnBounds({
  bounds,
  percent,
  onChange,
}: {
  bounds: readonly number[];
  percent: boolean;
  onChange: (bounds: number[]) => void;
}) {
  const { t } = useI18n(words);
  const [text, setText] = useState(written(bounds, percent));
  const [wrong, setWrong] = useState(false);
  const take = () => {
    const numbers = text
      .split(/[,，;；\s]+/)
      .filter(Boolean)
      .map(Number);
    const good =
      numbers.length > 0 &&
      numbers.length <= 8 &&
      numbers.every((number, index) => Number.isFinite(number) && (index === 0 || number > (numbers[index - 1] ?? 0)));
    setWrong(!good);
    if (good) onChange(percent ? numbers.map((number) => number / 100) : numbers);
  };
  return (
    <label className="field wide">
      <span>
        {t('ownBounds')}
        {percent ? ' %' : ''}
      </span>
      <Input
        value={text}
        status={wrong ? 'error' : ''}
        placeholder={t('ownBoundsHint')}
        onChange={(event) => setText(event.target.value)}
        onBlur={take}
        onPressEnter={take}
        aria-invalid={wrong}
        data-testid="own-bounds"
      />
      {wrong && <small role="alert">{t('ownBoundsWrong')}</small>}
    </label>
  );
}
