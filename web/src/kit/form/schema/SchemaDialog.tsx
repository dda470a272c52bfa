import { Modal, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { PanelProblem } from '../../Problem';
import { FormDialog } from '../FormDialog';
import { atFirst, type Filled, toSend, useSchemaForm } from './form';
import { SchemaFields } from './SchemaFields';

interface Props {
  /** The form's name at the server. */
  of: string;
  title: ReactNode;
  okText?: string;
  /** What stands in it at first, by field. */
  filled?: Filled;
  controls?: Readonly<Record<string, object>>;
  /** Sends what was filled in, as the form's schema has it; gives what is said once that is done. */
  onSubmit: (sent: Record<string, unknown>) => Promise<string | undefined>;
  onClose: () => void;
}

/** Asks for what a form of the server's asks for, in a dialog. */
export function SchemaDialog({ of, title, okText, filled = {}, controls, onSubmit, onClose }: Props) {
  const form = useSchemaForm(of);
  const { data } = form;
  if (!data)
    return (
      <Modal open title={title} footer={null} onCancel={onClose}>
        {form.error ? <PanelProblem error={form.error} onRetry={() => void form.refetch()} /> : <Skeleton active />}
      </Modal>
    );
  return (
    <FormDialog<Record<string, unknown>>
      name={of}
      title={title}
      {...(okText === undefined ? {} : { okText })}
      initialValues={atFirst(data, filled)}
      onSubmit={(values) => onSubmit(toSend(data, values))}
      onClose={onClose}
    >
      <SchemaFields form={data} {...(controls === undefined ? {} : { controls })} />
    </FormDialog>
  );
}
