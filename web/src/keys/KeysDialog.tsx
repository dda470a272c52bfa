import { Modal } from 'antd';
import { Fragment } from 'react';
import { useI18n } from '../i18n';
import { useReturnFocus } from './focus';
import { keyLists, type PageKeys } from './list';

/** What can be done with the keys of a page, and with which. */
export default function KeysDialog({ page, onClose }: { page: PageKeys; onClose: () => void }) {
  const { t } = useI18n();
  useReturnFocus();
  return (
    <Modal open title={t('keys')} footer={null} width={760} onCancel={onClose}>
      <div className="keys-list" data-testid="keys-dialog">
        {keyLists[page].map(({ title, rows }) => (
          <section key={title}>
            <h3>{t(title)}</h3>
            <dl>
              {rows.map(([keys, what]) => (
                <Fragment key={what}>
                  <dt>
                    {keys.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{t(what)}</dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
