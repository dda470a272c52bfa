import { CheckOutlined } from '@ant-design/icons';
import { Button, Empty, Grid, Input, Table, Tag } from 'antd';
import { useState } from 'react';
import type { Schemas } from '../../../api/client';
import { useRoles } from '../../../api/hooks';
import { useI18n } from '../../../i18n';
import { PanelProblem } from '../../../kit/Problem';
import type { Role } from '../hooks';
import { words } from '../words';
import { RoleCards } from './RoleCards';
import { RoleDialog } from './RoleDialog';
import type { Rights } from './rights';

type Permission = Schemas['Permission'];

/** Which role carries which permission. */
export function Roles({ rights }: { rights: Rights }) {
  const { t, language } = useI18n(words);
  const roles = useRoles();
  const [editing, setEditing] = useState<Role | null>(null);
  const english = language === 'en';
  const [sought, seek] = useState('');
  const text = sought.trim().toLowerCase();
  const holds = (...names: readonly string[]) => names.some((name) => name.toLowerCase().includes(text));
  const permissions = roles.data?.permissions ?? [];
  const all = roles.data?.roles ?? [];
  // What is sought is a role, or a permission or its module: the other of the two is shown whole.
  const soughtRoles = all.filter(({ name, name_en }) => holds(name, name_en));
  const soughtPermissions = permissions.filter(({ zh, en, module_zh, module_en }) =>
    holds(zh, en, module_zh, module_en),
  );
  const shownRoles = soughtRoles.length > 0 ? soughtRoles : all;
  const shown = soughtPermissions.length > 0 ? soughtPermissions : permissions;
  const isNothing = soughtRoles.length + soughtPermissions.length === 0;
  const modules = [...new Set(shown.map(({ module_zh }) => module_zh))].map((module) =>
    shown.filter(({ module_zh }) => module_zh === module),
  );
  const isPhone = Grid.useBreakpoint().md === false;
  const edit = (role: Role) =>
    rights.manage && (
      <Button
        size="small"
        aria-label={`${t('rolesEdit')} ${english ? role.name_en : role.name}`}
        onClick={() => setEditing(role)}
      >
        {t('rolesEdit')}
      </Button>
    );
  const column = ({ name, zh, en }: Permission) => ({
    key: name,
    title: <span className="upright">{english ? en : zh}</span>,
    width: 44,
    onHeaderCell: () => ({ className: 'narrow' }),
    onCell: () => ({ className: 'narrow' }),
    align: 'center' as const,
    render: (_: unknown, role: Role) =>
      role.permissions.includes(name) && <CheckOutlined className="carries" aria-label={t('carries')} />,
  });
  return (
    <section className="tile" aria-label={t('admin_roles')}>
      <h2>{t('admin_roles')}</h2>
      <p className="hint-text">{t('rolesExplain')}</p>
      <Input.Search
        allowClear
        className="roles-search"
        value={sought}
        placeholder={t('rolesSearch')}
        aria-label={t('rolesSearch')}
        onChange={({ target }) => seek(target.value)}
        data-testid="roles-search"
      />
      {isNothing && roles.data && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('rolesNothing')} />}
      {roles.error && <PanelProblem error={roles.error} onRetry={() => void roles.refetch()} />}
      {isPhone && <RoleCards roles={isNothing ? [] : shownRoles} modules={modules} edit={edit} />}
      {!isPhone && (
        <Table<Role>
          className="matrix"
          size="small"
          bordered
          rowKey="code"
          loading={roles.isLoading}
          dataSource={isNothing ? [] : shownRoles}
          pagination={false}
          scroll={{ x: 'max-content' }}
          columns={[
            {
              title: t('role'),
              fixed: 'left',
              key: 'role',
              render: (_, role) => (
                <>
                  {english ? role.name_en : role.name}{' '}
                  {role.administrator && <Tag color="processing">{t('administrators')}</Tag>}
                </>
              ),
            },
            ...modules.map((group) => ({
              title: (
                <span className={group.length < 3 ? 'upright' : undefined}>
                  {english ? group[0]?.module_en : group[0]?.module_zh}
                </span>
              ),
              onHeaderCell: () => ({ className: 'narrow' }),
              align: 'center' as const,
              children: group.map(column),
            })),
            ...(rights.manage
              ? [
                  {
                    key: 'edit',
                    render: (_: unknown, role: Role) => edit(role),
                  },
                ]
              : []),
          ]}
        />
      )}
      {editing && <RoleDialog role={editing} permissions={permissions} onClose={() => setEditing(null)} />}
    </section>
  );
}
