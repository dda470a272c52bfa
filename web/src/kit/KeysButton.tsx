import { MacCommandOutlined } from '@ant-design/icons';
import { Button, Grid } from 'antd';
import { Keys } from '../keys/Keys';
import type { PageKeys } from '../keys/list';

/** Opens the list of a page's keys; a phone has none. */
export function KeysButton({ page }: { page: PageKeys }) {
  const screen = Grid.useBreakpoint();
  if (screen.md !== true) return null;
  return (
    <Keys
      page={page}
      button={(label, open) => (
        <Button
          icon={<MacCommandOutlined aria-hidden />}
          title={label}
          aria-label={label}
          onClick={open}
          data-testid="keys"
        />
      )}
    />
  );
}
