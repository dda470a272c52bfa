import { Alert, Button, Checkbox, Input, Select, Skeleton, Switch, Table, Tag } from 'antd';
import { useI18n } from '../../i18n';
import { useFace } from '../../theme';
import { Block } from './Block';
import { STREETS } from './made';
import { type TextKey, words } from './words';

export function Components() {
  const { t, number } = useI18n(words);
  const face = useFace();
  const severities: TextKey[] = ['designOrdinary', 'designNotable', 'designGrave', 'designGravest'];
  const columns = [
    { title: t('designStreet'), dataIndex: 'name' },
    { title: t('designCases'), dataIndex: 'cases', align: 'right' as const },
    { title: t('designPopulation'), dataIndex: 'people', align: 'right' as const },
    { title: t('designOnTime'), dataIndex: 'onTime', align: 'right' as const },
  ];
  const rows = STREETS.map(([name, cases, people, onTime]) => ({
    key: name,
    name: t(name),
    cases: number(cases),
    people: number(people),
    onTime: `${number(onTime * 100, 1)}%`,
  }));
  return (
    <>
      <Block title="designButtons">
        <div className="design-row">
          <Button type="primary">{t('designPrimary')}</Button>
          <Button>{t('designDefault')}</Button>
          <Button type="dashed">{t('designDashed')}</Button>
          <Button type="link">{t('designLink')}</Button>
          <Button danger>{t('designDanger')}</Button>
          <Button disabled>{t('designDisabled')}</Button>
        </div>
      </Block>
      <Block title="designInputs">
        <div className="design-row">
          <Input aria-label={t('designSearch')} placeholder={t('designSearch')} className="design-input" />
          <Select
            aria-label={t('designSelect')}
            defaultValue="any"
            options={[{ value: 'any', label: t('designSelect') }]}
          />
          <Checkbox defaultChecked>{t('designCheck')}</Checkbox>
          <label className="design-switch">
            <Switch defaultChecked aria-label={t('designSwitch')} />
            {t('designSwitch')}
          </label>
        </div>
      </Block>
      <Block title="designTags">
        <div className="design-row">
          {severities.map((key, at) => (
            <Tag key={key} variant="outlined" style={{ color: face.ink, borderColor: face.severities[at] }}>
              <i className="design-dot" style={{ background: face.severities[at] }} />
              {t(key)}
            </Tag>
          ))}
          <Tag>
            <i className="design-dot" style={{ background: face.case }} />
            {t('designOpen')}
          </Tag>
          <Tag>
            <i className="design-dot" style={{ background: face.closed }} />
            {t('designClosed')}
          </Tag>
        </div>
      </Block>
      <Block title="designAlerts">
        <div className="design-alerts">
          <Alert type="info" showIcon title={t('designAlertInfo')} />
          <Alert type="success" showIcon title={t('designAlertGood')} />
          <Alert type="warning" showIcon title={t('designAlertWarn')} />
          <Alert type="error" showIcon title={t('designAlertBad')} />
        </div>
      </Block>
      <Block title="designTable">
        <Table size="small" pagination={false} columns={columns} dataSource={rows} />
      </Block>
      <div className="design-pair">
        <Block title="designPanel">
          <div className="design-panel">
            <span>{t('designToday')}</span>
            <strong>{number(4317)}</strong>
            <em>−3.2% {t('designAgainst')}</em>
          </div>
        </Block>
        <Block title="designSkeleton">
          <div className="design-panel">
            <Skeleton active title={false} paragraph={{ rows: 4 }} />
          </div>
        </Block>
      </div>
    </>
  );
}
