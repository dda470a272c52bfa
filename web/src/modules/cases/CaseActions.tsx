import { DownOutlined } from '@ant-design/icons';
import { Button, Dropdown, Tooltip } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n';
import { ActionDialog } from './ActionDialog';
import type { CaseAction, CaseRecord } from './queries';
import { words } from './words';

/** Those that end a case without settling it stand among the others, not in the first row. */
const LAST = ['void', 'refuse', 'refuse_filing', 'reject_closing', 'merge'];

/** What can be done with a case: what leads on as buttons, the rest in a menu; what can't be done says why. */
export function CaseActions({ of, hasSeenAlike }: { of: CaseRecord; hasSeenAlike: boolean }) {
  const { t } = useI18n(words);
  const [chosen, choose] = useState<CaseAction | null>(null);
  const actions = of.flow?.actions ?? [];
  const isMine = of.flow?.tasks.some(({ is_mine }) => is_mine) ?? false;
  const isFirst = ({ action, leads_on }: CaseAction) =>
    leads_on || action.startsWith('grant_') || action === 'reply_order' || (action === 'sign' && !isMine);
  const first = actions.filter((one) => !one.missing && !LAST.includes(one.action) && isFirst(one));
  const asked = actions.filter(
    ({ action, missing }) => !missing && action.startsWith('refuse_') && !LAST.includes(action),
  );
  const shown = [...first, ...asked];
  // What the post doesn't carry stands last.
  const later = ({ missing, rule }: CaseAction) => (missing ? (rule === 'permission' ? 2 : 1) : 0);
  const rest = actions.filter((action) => !shown.includes(action)).sort((a, b) => later(a) - later(b));
  if (actions.length === 0) return null;
  return (
    <>
      {shown.map((action, index) => (
        <Button
          key={action.action}
          type={index === 0 ? 'primary' : 'default'}
          onClick={() => choose(action)}
          data-action={action.action}
        >
          {action.title}
        </Button>
      ))}
      {rest.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: rest.map(({ action, title, missing }) => ({
              key: action,
              disabled: Boolean(missing),
              label: missing ? (
                <Tooltip title={missing} placement="left">
                  <span data-action={action}>
                    {title}
                    <small className="hint-text"> {missing}</small>
                  </span>
                </Tooltip>
              ) : (
                <span data-action={action}>{title}</span>
              ),
            })),
            onClick: ({ key }) => choose(rest.find(({ action }) => action === key) ?? null),
          }}
        >
          <Button data-testid="more-actions">
            {t('moreActions')} <DownOutlined aria-hidden />
          </Button>
        </Dropdown>
      )}
      {chosen && (
        <ActionDialog
          key={chosen.action}
          of={of}
          action={chosen}
          hasSeenAlike={hasSeenAlike}
          onClose={() => choose(null)}
        />
      )}
    </>
  );
}
