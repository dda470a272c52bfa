import type { PickerProps } from '../../../kit/module';
import { AgencySelect } from './AgencySelect';

interface Props extends PickerProps {
  /** What can't be chosen. */
  without?: ReadonlySet<number>;
  placeholder?: string;
}

/** Chooses an agency, in a form of any module. */
export default function AgencyPicker({ value, onChange, ...given }: Props) {
  return (
    <AgencySelect
      allowClear
      {...given}
      {...(typeof value === 'number' ? { value } : {})}
      onChange={(id) => onChange?.(id)}
    />
  );
}
