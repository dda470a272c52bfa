import { CloseOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type ReactNode, useEffect, useRef } from 'react';
import { useI18n } from '../../../i18n';
import { covered, useReturnFocus } from '../../../keys/focus';
import { words } from '../words';

interface Props {
  title: string;
  /** What to do now; read out when it changes. */
  hint?: string;
  testId: string;
  /** Something is being drawn: Escape ends that first. */
  drawing?: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** A tool's panel over the map. It takes the focus when it opens, so that the keyboard goes on from there, and gives it back when Escape closes it. */
export function ToolCard({ title, hint, testId, drawing = false, onClose, children }: Props) {
  const { t } = useI18n(words);
  useReturnFocus();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <section
      className="card tool-card"
      aria-label={title}
      data-testid={testId}
      onKeyDown={(event) => event.key === 'Escape' && !drawing && !covered() && onClose()}
    >
      <header>
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <Button
          type="text"
          size="small"
          icon={<CloseOutlined />}
          aria-label={`${t('close')} ${title}`}
          onClick={onClose}
        />
      </header>
      {hint !== undefined && (
        <p className="sub" role="status">
          {hint}
        </p>
      )}
      {children}
    </section>
  );
}
