/** The page's title and its small picture in the tab: which sandbox, and how it is, also while another tab is in front. */
import type { Sandbox } from '@sandglass/protocol';
import { useEffect } from 'react';
import { shownName } from './shownName.ts';
import { needsPerson, statusOf } from './status.ts';

/** What the picture shows. `attention`: somebody should look. */
export type Mark = 'plain' | 'running' | 'frozen' | 'attention' | 'failed';

/** Tabs show some twenty signs; names are the sandbox's own choice. */
const NAME_CHARACTERS = 80;

type Known = Pick<Sandbox, 'phase' | 'asked'> & { readonly gate?: Sandbox['gate'] };

/** `Frozen · checkout-bug · Sandglass`; a running one goes by its name alone. */
export function titleOf(sandbox: Pick<Sandbox, 'name'> & Known): string {
  const name = shownName(sandbox.name.slice(0, NAME_CHARACTERS));
  const { label } = statusOf(sandbox);
  const state = label === 'Running' ? '' : `${label} · `;
  return `${state}${name} · Sandglass`;
}

export function markOf(sandbox: Known): Mark {
  if (sandbox.phase === 'failed') return 'failed';
  if (sandbox.phase !== 'dead' && needsPerson(sandbox)) return 'attention';
  if (sandbox.phase === 'frozen' || sandbox.phase === 'freezing') return 'frozen';
  return sandbox.phase === 'dead' ? 'plain' : 'running';
}

/** `(2) Sandboxes · Sandglass`: so many need somebody. */
export const countedTitle = (title: string, count: number): string =>
  `${count === 0 ? '' : `(${count > 99 ? '99+' : count}) `}${title} · Sandglass`;

/** Sets both while the page is shown. */
export function useTitle(title: string, mark: Mark): void {
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (link === null) return;
    link.href = mark === 'plain' ? '/icon.svg' : `/icon-${mark}.svg`;
    return () => {
      link.href = '/icon.svg';
    };
  }, [mark]);
}
