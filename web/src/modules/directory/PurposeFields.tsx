import { Form, Input, Radio } from 'antd';
import { useCodes } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { words } from './words';

/** What the fields hold. */
export interface Purpose {
  purpose: string;
  own?: string;
}

const OTHER = 'other';
const MOST = 200;

/** What was chosen from the list, or said in one's own words. */
export const purposeOf = ({ purpose, own }: Purpose) => (purpose === OTHER ? (own ?? '').trim() : purpose);

/** What something sensitive is needed for: from a list, or in one's own words. The fields of a form. */
export function PurposeFields() {
  const { t, language } = useI18n(words);
  const codes = useCodes();
  const purpose: unknown = Form.useWatch('purpose');
  const purposes = [...(codes.data?.get('unmask_purpose')?.values() ?? [])];
  return (
    <>
      <Form.Item name="purpose" label={t('unmaskPurpose')} rules={[{ required: true, message: t('unmaskNeeded') }]}>
        <Radio.Group className="purposes">
          {purposes.map((code) => (
            <Radio key={code.code} value={code.code}>
              {language === 'en' ? code.name_en : code.name}
            </Radio>
          ))}
          <Radio value={OTHER}>{t('unmaskOther')}</Radio>
        </Radio.Group>
      </Form.Item>
      {purpose === OTHER && (
        <Form.Item
          name="own"
          label={t('unmaskOwn')}
          rules={[{ required: true, whitespace: true, message: t('unmaskNeeded') }]}
        >
          <Input autoFocus maxLength={MOST} showCount placeholder={t('unmaskOwnHint')} autoComplete="off" />
        </Form.Item>
      )}
    </>
  );
}
