import './people.css';
import { Skeleton } from 'antd';
import { useState } from 'react';
import { ProblemError } from '../../api/client';
import { useCodes, useSession } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { PanelProblem } from '../../kit/Problem';
import { Masked } from '../../kit/record/Masked';
import { nameOf } from '../../map/describe';
import { PurposeDialog } from './PurposeDialog';
import { type Field, type Person, usePerson, useUnmasked } from './person';
import { type TextKey, words } from './words';

const FIELDS: readonly Field[] = ['citizen_id', 'birth', 'phone', 'category', 'service'];
const TABLES: Partial<Record<Field, readonly string[]>> = {
  category: ['person_category', 'special_category'],
  service: ['service_category', 'special_category'],
};

/** What is known of a person; what is sensitive is masked until somebody says what they need it for. */
export function PersonCard({ id, linked = false }: { id: number; linked?: boolean }) {
  const { t } = useI18n(words);
  const person = usePerson(id);
  if (person.error instanceof ProblemError && person.error.status === 404)
    return <p className="sub">{t('personNone')}</p>;
  if (person.error) return <PanelProblem error={person.error} onRetry={() => void person.refetch()} />;
  if (!person.data) return <Skeleton active title={false} paragraph={{ rows: 6 }} />;
  return <Facts person={person.data} linked={linked} />;
}

/** The same on the map, with the way to its page. */
export const LinkedPersonCard = ({ id }: { id: number }) => <PersonCard id={id} linked />;

function Facts({ person, linked }: { person: Person; linked: boolean }) {
  const { t, language, time } = useI18n(words);
  const codes = useCodes();
  const session = useSession();
  const unmasked = useUnmasked(person.id);
  const [wanted, want] = useState<Field | null>(null);
  const clear = session.data?.permissions.includes('person.clear') ?? false;
  const name = (field: Field) => t(`personField_${field}` as TextKey);
  const said = (field: Field, value: string) => {
    const table = TABLES[field]?.find((known) => codes.data?.get(known)?.has(value));
    return table ? nameOf(codes.data, table, value, language) : value;
  };
  const sex = person.sex === 1 || person.sex === 2 || person.sex === 9 ? person.sex : 0;
  const address = [person.building?.address || person.building?.name, person.room].filter(Boolean).join(' ');
  const rows: [TextKey, string | undefined][] = [
    ['personEthnic', nameOf(codes.data, 'ethnic_group', person.ethnic, language)],
    ['personRelation', nameOf(codes.data, 'relation', person.relation, language)],
    ['personHousehold', person.household?.number],
    ['personAddress', address],
  ];
  const sensitive = FIELDS.flatMap((field) => {
    const value = person[field];
    return value ? [{ field, value }] : [];
  });
  return (
    <div className="person" data-testid="person" data-id={person.id}>
      <p className="person-name">{person.name}</p>
      <dl>
        <div>
          <dt>{t('field_sex')}</dt>
          <dd>
            {t(`sex_${sex}`)} · {t('personAge', { n: String(person.age) })}
          </dd>
        </div>
        {sensitive.map(({ field, value }) => (
          <div key={field} data-field={field}>
            <dt>{name(field)}</dt>
            <dd>
              {value.masked ? (
                <Masked
                  name={name(field)}
                  shown={value.shown}
                  level={value.level}
                  plain={unmasked.of(field)}
                  say={(plain) => said(field, plain)}
                  onAsk={clear ? () => want(field) : undefined}
                  onHide={() => unmasked.hide(field)}
                />
              ) : (
                said(field, value.shown)
              )}
            </dd>
          </div>
        ))}
        {rows.map(
          ([title, value]) =>
            value && (
              <div key={title}>
                <dt>{t(title)}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
        <div>
          <dt>{t('personUpdated')}</dt>
          <dd>{time(person.updated_at)}</dd>
        </div>
      </dl>
      {!clear && sensitive.some(({ value }) => value.masked) && <p className="sub">{t('unmaskNot')}</p>}
      {linked && <a href={`/people/${person.id}`}>{t('personOpen')}</a>}
      {wanted && (
        <PurposeDialog
          name={name(wanted)}
          onClose={() => want(null)}
          onPurpose={(purpose) => unmasked.asking.mutateAsync({ field: wanted, purpose })}
        />
      )}
    </div>
  );
}
