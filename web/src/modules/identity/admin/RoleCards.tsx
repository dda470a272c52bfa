import { Card, Tag } from 'antd';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../api/client';
import { useI18n } from '../../../i18n';
import type { Role } from '../hooks';
import { words } from '../words';

/** What each role carries, where there is no room for a matrix. */
export function RoleCards({
  roles,
  modules,
  edit,
}: {
  roles: readonly Role[];
  modules: readonly (readonly Schemas['Permission'][])[];
  edit: (role: Role) => ReactNode;
}) {
  const { t, language } = useI18n(words);
  const english = language === 'en';
  return (
    <ul className="role-cards">
      {roles.map((role) => {
        const carried = modules
          .map((module) => module.filter(({ name }) => role.permissions.includes(name)))
          .filter((module) => module.length > 0);
        return (
          <li key={role.code}>
            <Card size="small" title={english ? role.name_en : role.name} extra={edit(role)}>
              {role.administrator && <Tag color="processing">{t('administrators')}</Tag>}
              {carried.length === 0 && <span className="hint-text">{t('none')}</span>}
              {carried.map((module) => (
                <p key={module[0]?.name}>
                  <small>{english ? module[0]?.module_en : module[0]?.module_zh}</small>
                  {module.map(({ name, zh, en }) => (
                    <Tag key={name}>{english ? en : zh}</Tag>
                  ))}
                </p>
              ))}
            </Card>
          </li>
        );
      })}
    </ul>
  );
}
