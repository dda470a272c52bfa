import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { client, done, type Schemas } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { SchemaDialog } from '../../../kit/form/schema/SchemaDialog';
import type { Agency } from '../hooks';
import { words } from '../words';
import { type Branch, below } from './tree';

interface Props {
  /** The one that is changed; a new one is made without. */
  agency: Agency | null;
  /** Below which a new one is made. */
  parent: Agency | null;
  tree: Branch[];
  onClose: () => void;
}

/** Makes an agency, or changes one. */
export function AgencyDialog({ agency, parent, tree, onClose }: Props) {
  const { t } = useI18n(words);
  const queries = useQueryClient();
  // It can't lie below itself.
  const without = useMemo(() => (agency ? below(tree, agency.id) : new Set<number>()), [agency, tree]);
  const submit = async (sent: Record<string, unknown>) => {
    const body = sent as Schemas['AgencyDraft'];
    if (agency) await done(client.PUT('/api/agencies/{id}', { params: { path: { id: agency.id } }, body }));
    else await done(client.POST('/api/agencies', { body }));
    void queries.invalidateQueries({ queryKey: ['agencies'] });
    return t(agency ? 'savedNow' : 'agencyMade');
  };
  const near = agency ?? parent;
  return (
    <SchemaDialog
      of="agency"
      title={t(agency ? 'agencyChange' : 'agencyNew')}
      filled={{
        kind: near?.kind ?? 'government',
        region: near?.region,
        parent_id: agency ? agency.parent_id : parent?.id,
        name: agency?.name,
        code: agency?.code,
        position: agency?.position ?? 0,
      }}
      controls={{ parent_id: { without, placeholder: t('agencyTop') } }}
      onSubmit={submit}
      onClose={onClose}
    />
  );
}
