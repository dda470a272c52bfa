import { Alert, Skeleton } from 'antd';
import { Suspense } from 'react';
import { useI18n } from '../../i18n';
import { type PickerProps, useModules } from '../module';

/** Chooses one of the things that a module keeps, with that module's own picker. */
export function Picker({ of, given = {}, ...rest }: PickerProps & { of: string; given?: object }) {
  const { t } = useI18n();
  const modules = useModules();
  const Own = modules.map(({ pickers }) => pickers?.[of]).find((picker) => picker !== undefined);
  if (!Own) return <Alert type="warning" showIcon title={t('pickMissing')} />;
  return (
    <Suspense fallback={<Skeleton.Input active block />}>
      <Own {...given} {...rest} />
    </Suspense>
  );
}
