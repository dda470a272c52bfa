import { ShareAltOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useRef } from 'react';
import { useI18n } from '../../i18n';
import { useCopy } from '../useCopy';

/** The address as a page within another. */
function embedCode(): string {
  const url = new URL(location.href);
  url.searchParams.set('embed', '1');
  url.searchParams.delete('tab');
  return `<iframe src="${url.href.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}" width="100%" height="600" loading="lazy" title="Gridhall"></iframe>`;
}

/** The view as a link, or as code for another page of the same site. */
export function ShareMenu() {
  const { t } = useI18n();
  const copy = useCopy();
  const button = useRef<HTMLButtonElement>(null);
  return (
    <Dropdown
      autoFocus
      trigger={['click']}
      menu={{
        items: [{ key: 'link', label: t('copyLink') }, { key: 'embed', label: t('copyEmbed') }],
        onClick: ({ key }) => {
          button.current?.focus();
          copy(...(key === 'link' ? ([location.href, t('shared')] as const) : ([embedCode(), t('embedCopied')] as const)));
        },
      }}
    >
      <Button ref={button} size="small" icon={<ShareAltOutlined />} data-testid="share-menu">{t('shareMenu')}</Button>
    </Dropdown>
  );
}
