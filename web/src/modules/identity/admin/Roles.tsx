import { CheckOutlined } from '@ant-design/icons';
import { Button, Table, Tag } from 'antd';
import { useState } from 'react';
import type { Schemas } from '../../../api/client';
import { useRoles } from '../../../api/hooks';
import { useI18n } from '../../../i18n';
import { PanelProblem } from '../../../kit/Problem';
import type { Role } from '../hooks';
import { words } from '../words';
import { RoleDialog } from './RoleDialog';
import type { Rights } from './rights';

type Permission = Schemas['Permission'];

/** Which role carries which permission. */
export function Roles({ rights }: { rights: Rights }) {
  const { t, language } = useI18n(words);
  const roles = useRoles();
  const [editing, setEditing] = useState<Role | null>(null);
  const english = language === 'en';
  const permissions = roles.data?.permissions ?? [];
  const modules = [...new Set(permissions.map(({ module_zh }) => module_zh))].map((module) =>
    permissions.filter(({ module_zh }) => module_zh === module),
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
      {roles.error && <PanelProblem error={roles.error} onRetry={() => void roles.refetch()} />}
      <Table<Role>
        className="matrix"
        size="small"
        bordered
        rowKey="code"
        loading={roles.isLoading}
        dataSource={roles.data?.roles ?? []}
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
                  render: (_: unknown, role: Role) => (
                    <Button
                      size="small"
                      aria-label={`${t('rolesEdit')} ${english ? role.name_en : role.name}`}
                      onClick={() => setEditing(role)}
                    >
                      {t('rolesEdit')}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      {editing && <RoleDialog role={editing} permissions={permissions} onClose={() => setEditing(null)} />}
    </section>
  );
}
