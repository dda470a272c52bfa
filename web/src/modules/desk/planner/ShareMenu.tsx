import { ShareAltOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useI18n } from '../../../i18n';
import { Menu } from '../../../keys/Floating';
import { useCopy } from '../../../kit/useCopy';
import { words } from '../words';

/** The address as a page within another. */
function embedCode(): string {
  const url = new URL(location.href);
  url.searchParams.set('embed', '1');
  for (const own of ['tab', 'sheet']) url.searchParams.delete(own);
  return `<iframe src="${url.href.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}" width="100%" height="600" loading="lazy" title="Gridhall"></iframe>`;
}

/** The view as a link, or as code for another page of the same site. */
export function ShareMenu() {
  const { t } = useI18n(words);
  const copy = useCopy();
  return (
    <Menu
      menu={{
        items: [
          { key: 'link', label: t('copyLink') },
          { key: 'embed', label: t('copyEmbed') },
        ],
        onClick: ({ key }) => (key === 'link' ? copy(location.href, t('shared')) : copy(embedCode(), t('embedCopied'))),
      }}
    >
      <Button size="small" icon={<ShareAltOutlined />} data-testid="share-menu">
        {t('shareMenu')}
      </Button>
    </Menu>
  );
}
