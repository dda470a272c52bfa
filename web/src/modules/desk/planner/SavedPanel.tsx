import { DeleteOutlined, EnvironmentOutlined, StarOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Skeleton } from 'antd';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { client, ProblemError, type Schemas, take } from '../../../api/client';
import type { Area } from '../../../api/hooks';
import { useI18n } from '../../../i18n';
import { PanelProblem } from '../../../kit/Problem';
import { readArea, writeArea } from '../address/shareArea';
import { words } from '../words';

type SavedView = Schemas['SavedView'];
const MAX_NAME = 60;

interface Props {
  area: Area | null;
  /** A name for the area that stands already. */
  areaName: string;
  /** The area comes back with the name that it was kept by. */
  onArea: (area: Area, name: string) => void;
}

/** The address of a saved view; nothing for what is none. */
export function addressOf({ body }: SavedView): string | null {
  const address = (body as { address?: unknown } | null)?.address;
  return typeof address === 'string' && address.startsWith('?') ? `/map${address}` : null;
}

/** Areas and views that the reader has kept for themselves. */
export function SavedPanel({ area, areaName, onArea }: Props) {
  const { t, time } = useI18n(words);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const saved = useQuery({ queryKey: ['saved'], queryFn: () => take(client.GET('/api/saved')) });
  const told = (error: Error) => void message.error(error instanceof ProblemError ? error.message : t('network'));
  const keep = useMutation({
    mutationFn: (draft: Schemas['SavedDraft']) => take(client.POST('/api/saved', { body: draft })),
    onSuccess: () => {
      void message.success(t('savedDone'));
      return queries.invalidateQueries({ queryKey: ['saved'] });
    },
    onError: told,
  });
  const forget = useMutation({
    mutationFn: async (id: number) => {
      const { response, error } = await client.DELETE('/api/saved/{id}', { params: { path: { id } } });
      const problem = error as { title?: string; detail?: string } | undefined;
      if (!response.ok) throw new ProblemError(response.status, problem?.title, problem?.detail ?? '');
    },
    onSuccess: () => {
      void message.success(t('savedForgotten'));
      return queries.invalidateQueries({ queryKey: ['saved'] });
    },
    onError: told,
  });

  const list = (kind: 'area' | 'view') => {
    const items = saved.data?.items.filter((item) => item.kind === kind) ?? [];
    if (saved.data && items.length === 0)
      return <p className="nothing">{t(kind === 'area' ? 'savedNothingAreas' : 'savedNothingViews')}</p>;
    return (
      <ul className="saved-list" data-testid={`saved-${kind}s`}>
        {items.map((item) => (
          <li key={item.id}>
            <button
              type="button"
              onClick={() => {
                const code = (item.body as { area?: unknown } | null)?.area;
                const found = typeof code === 'string' ? readArea(code) : null;
                const address = addressOf(item);
                if (kind === 'area' && found) onArea(found, item.name);
                if (kind === 'view' && address) void navigate(address);
              }}
            >
              {kind === 'area' ? <EnvironmentOutlined aria-hidden /> : <StarOutlined aria-hidden />}
              <span>{item.name}</span>
              <small>{time(item.created_at)}</small>
            </button>
            <Button
              type="text"
              size="small"
              icon={<DeleteOutlined />}
              aria-label={`${t('savedForget')} ${item.name}`}
              onClick={() => forget.mutate(item.id)}
            />
          </li>
        ))}
      </ul>
    );
  };

  return (
    <section className="planner-body" data-testid="saved-panel" aria-busy={saved.isFetching}>
      {saved.error && <PanelProblem error={saved.error} onRetry={() => void saved.refetch()} />}
      <h3>{t('savedAreas')}</h3>
      <NameForm
        key={areaName}
        label={t('saveArea')}
        usual={areaName}
        disabled={!area || keep.isPending}
        testId="save-area"
        onSave={(name) => area && keep.mutate({ kind: 'area', name, body: { area: writeArea(area) } })}
      />
      {saved.isPending ? <Skeleton active title={false} /> : list('area')}
      <h3>{t('savedViews')}</h3>
      <NameForm
        label={t('saveView')}
        usual={t('savedDefaultView')}
        disabled={keep.isPending}
        testId="save-view"
        onSave={(name) => keep.mutate({ kind: 'view', name, body: { address: location.search } })}
      />
      {saved.isPending ? <Skeleton active title={false} /> : list('view')}
    </section>
  );
}

/** A name and a button to keep something by it. */
function NameForm({
  label,
  usual,
  disabled,
  testId,
  onSave,
}: {
  label: string;
  usual: string;
  disabled: boolean;
  testId: string;
  onSave: (name: string) => void;
}) {
  const { t } = useI18n(words);
  const [name, setName] = useState(usual);
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') onSave(name.trim());
  };
  return (
    <form className="name-form" onSubmit={save}>
      <Input
        size="small"
        value={name}
        maxLength={MAX_NAME}
        onChange={(event) => setName(event.target.value)}
        aria-label={`${label} ${t('saveName')}`}
        data-testid={`${testId}-name`}
      />
      <Button
        size="small"
        type="primary"
        htmlType="submit"
        disabled={disabled || name.trim() === ''}
        data-testid={testId}
      >
        {label}
      </Button>
    </form>
  );
}
