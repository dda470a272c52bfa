import { useEffect } from 'react';
import { useNavigate } from 'react-router';

/**
 * Links to pages of ours move within the program: the document is never loaded again for them, however the link was drawn.
 * What opens in another tab, is a file or belongs to the server goes its own way.
 */
export function useLinks(isPage: (path: string) => boolean): void {
  const navigate = useNavigate();
  useEffect(() => {
    const clicked = (event: MouseEvent) => {
      if (
        event.defaultPrevented ||
        event.button !== 0 ||
        event.metaKey ||
        event.ctrlKey ||
        event.shiftKey ||
        event.altKey
      )
        return;
      const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null;
      if (
        !link ||
        (link.target !== '' && link.target !== '_self') ||
        link.hasAttribute('download') ||
        link.origin !== location.origin ||
        !isPage(link.pathname)
      )
        return;
      event.preventDefault();
      void navigate(link.pathname + link.search + link.hash);
    };
    document.addEventListener('click', clicked);
    return () => document.removeEventListener('click', clicked);
  }, [navigate, isPage]);
}
