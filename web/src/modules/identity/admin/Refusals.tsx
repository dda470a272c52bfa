import { Alert, Table } from 'antd';
import { useI18n } from '../../../i18n';
import { words } from '../words';
import type { PeopleReport } from './importing';

/** Rows of refusals that are shown at once. */
const PAGE = 8;

/** What is wrong with a list of people, by row and column; or that nothing is. */
export function Refusals({ report: { rows, refused, refusals, ignored } }: { report: PeopleReport }) {
  const { t, number, language } = useI18n(words);
  return (
    <>
      {refused === 0 ? (
        <Alert
          role="status"
          type="success"
          showIcon
          title={t('peopleImportFits', { n: number(rows) })}
          description={t('peopleImportFitsHint')}
        />
      ) : (
        <Alert
          role="alert"
          type="error"
          showIcon
          title={t('peopleImportFaults', { rows: number(rows), n: number(refused) })}
          description={t('peopleImportFaultsHint')}
        />
      )}
      {ignored.length > 0 && (
        <p className="hint-text">{t('peopleImportIgnored', { list: ignored.join(language === 'en' ? ', ' : '、') })}</p>
      )}
      {refusals.length > 0 && (
        <Table
          size="small"
          dataSource={refusals.map((refusal, at) => ({ ...refusal, at }))}
          rowKey="at"
          pagination={{ pageSize: PAGE, size: 'small', hideOnSinglePage: true, showSizeChanger: false }}
          columns={[
            { title: t('peopleImportRow'), dataIndex: 'row', width: '14%', className: 'number' },
            { title: t('peopleImportColumn'), dataIndex: 'column', width: '26%' },
            { title: t('peopleImportReason'), dataIndex: 'reason' },
          ]}
        />
      )}
      {refusals.length >= 1000 && (
        <p className="hint-text">{t('peopleImportListed', { n: number(refusals.length) })}</p>
      )}
    </>
  );
}
